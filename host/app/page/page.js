// The frame of the page: where the run is, how it is steered, the tree, and which view is shown.
import { Refused, download, get, listen, post, token } from "./api.js";
import { hasOthers } from "./chart.js";
import { count, h, moment } from "./draw.js";
import { views } from "./views.js";

const $ = id => document.getElementById(id);
const PACES = [["15m=1m", "1 min a slot"], ["15m=10s", "10 s a slot"], ["15m=3s", "3 s a slot"], ["15m=1s", "1 s a slot"], ["15m=250ms", "¼ s a slot"], ["full", "full speed"], ["real", "real time"]];
let TABS = [["", "Overview"], ["homes", "Homes"], ["market", "Market"], ["scripts", "Scripts"], ["log", "Log"], ["results", "Results"]];

/** What views see: the site, the state as it was told last, the log, and the way to act. */
export const run = {
  status: null, state: null, site: null, log: [], live: false, canSteer: false, canEdit: false, view: null, arguments: [],
  past: null, both: get, bySlot, get: path => get(asked(path)), post, download: (path, name) => download(asked(path), name),
  act: async (body, done) => {
    try {
      const answer = await post("control", body);
      if (done) say(done);
      return answer;
    } catch (error) {
      complain(error);
      return null;
    }
  },
  say, complain, refresh: () => draw(true),
};

const kept = new Map();
/** What changes only when a slot closes is asked for once a slot. */
async function bySlot(path) {
  const at = `${run.state.slot}/${run.state.over}`, one = kept.get(asked(path));
  if (one && one.at === at) return one.body;
  const body = await run.get(path);
  if (kept.size > 30) kept.clear();
  kept.set(asked(path), { at, body });
  return body;
}

/** Of a run that is over: which, and before which slot it stands. */
function asked(path) {
  return run.past ? `${path}${path.includes("?") ? "&" : "?"}run=${run.past.which}&slot=${run.past.slot}` : path;
}

function say(text) {
  const line = h("div", {}, text);
  $("said").append(line);
  setTimeout(() => line.remove(), 6000);
}

function complain(error) {
  say(error instanceof Refused && error.code === 401 ? "The host did not take this page's token: open the address that it printed when it started." : error.message);
}

/* ---- the head ---- */

const WORDS = { running: "running", paused: "paused", stepping: "stepping", ending: "ending", over: "finished", past: "a past run", lost: "no connection" };

function showState() {
  const state = run.state;
  if (!state) return;
  const word = run.past ? "past" : !run.live ? "lost" : state.over ? "over" : state.state;
  $("badge").textContent = WORDS[word] + (run.past && !run.status.complete ? ", incomplete" : "") + (state.late_ms > 1000 ? `, ${count(state.late_ms / 1000)} s late` : "");
  $("badge").className = "badge " + (word === "stepping" ? "running" : word);
  $("clock").replaceChildren(moment(Date.parse(state.time)), " ", h("small", {}, `slot ${state.slot} of ${state.slots}, tick ${state.tick}`));
  $("play").textContent = state.state === "running" ? "Pause" : "Run";
  const percent = 100 * (state.slot + state.tick / run.status.ticks_per_slot) / state.slots;
  $("bar").firstElementChild.style.width = percent + "%";
  $("bar").setAttribute("aria-valuenow", Math.round(percent));
  const may = run.canSteer && run.live && !state.over && state.state !== "ending";
  for (const id of ["play", "tick", "slot", "hour", "pace", "stop"]) $(id).disabled = !may;
  showPace(state.pace);
  if (run.site && state.faults !== badge) showTabs();
  document.title = `${WORDS[word]} · ${run.status.scenario} · lunagrid`;
}

function showPace(pace) {
  const select = $("pace");
  if (document.activeElement === select) return;
  if (![...select.options].some(option => option.value === pace)) select.append(h("option", { value: pace }, pace));
  select.value = pace;
}

function steer() {
  $("pace").append(...PACES.map(([value, name]) => h("option", { value }, name)));
  const toggle = () => run.act({ command: run.state.state === "running" ? "pause" : "resume" });
  const step = body => run.act({ command: "step", ...body });
  $("play").onclick = toggle;
  $("tick").onclick = () => step({ ticks: 1 });
  $("slot").onclick = () => step({ slots: 1 });
  $("hour").onclick = () => step({ slots: 4 });
  $("pace").onchange = async event => { await run.act({ command: "pace", pace: event.target.value }); event.target.blur(); };
  $("stop").onclick = () => {
    if (confirm("End the run? The slot is finished and results are written; what is left of the run is not done.")) run.act({ command: "stop" }, "The slot is finished, then results are written.");
  };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select, button, summary")) return;
    const key = event.key.toLowerCase(), number = Number(key);
    if (number >= 1 && number <= TABS.length) location.hash = "#/" + TABS[number - 1][0];
    if (run.past && key === " ") { event.preventDefault(); $("replay").click(); }
    const button = run.past ? null : { " ": "play", t: "tick", s: "slot", h: "hour" }[key];
    if (!button) return;
    event.preventDefault();
    if (!$(button).disabled) $(button).click();
  });
}

/* ---- the tree ---- */

const SHOWN = 40;

function branch(areas, index, wanted) {
  const children = areas.filter(area => area.parent === index && (!wanted || fits(areas, area, wanted)));
  if (!children.length) return null;
  const shown = children.slice(0, SHOWN);
  return h("ul", {}, shown.map(area => h("li", {}, link(area), branch(areas, area.area, wanted))),
    children.length > SHOWN ? h("li", { class: "more" }, `and ${count(children.length - SHOWN)} more: find them above`) : null);
}

const fits = (areas, area, wanted) => area.name.toLowerCase().includes(wanted) || areas.some(other => other.parent === area.area && fits(areas, other, wanted));
const link = area => h("a", { href: "#/market/" + area.area, "data-area": area.area, title: area.name }, (area.member ? "⌂ " : "") + area.name);

function showTree() {
  const wanted = $("treefind").value.trim().toLowerCase(), areas = run.site.areas;
  $("treefind").hidden = areas.length < 15;
  $("tree").replaceChildren(h("ul", {}, h("li", {}, link(areas[0]), branch(areas, 0, wanted))));
  markTree();
}

function markTree() {
  const area = run.view === "market" ? String(run.arguments[0] ?? run.site.community) : "";
  for (const a of $("tree").querySelectorAll("a")) a.dataset.area === area ? a.setAttribute("aria-current", "page") : a.removeAttribute("aria-current");
}

/* ---- views ---- */

let mounted = null, busy = false, again = false, last = 0, timer = 0;

function route() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  run.view = TABS.some(tab => tab[0] === name) ? name : "";
  run.arguments = rest.map(Number);
  showTabs();
}

let badge = 0; // errors that the log's tab tells of
function showTabs() {
  badge = run.state ? run.state.faults : 0;
  $("tabs").replaceChildren(...TABS.map(([key, title], i) => h("li", {}, h("a", { href: "#/" + key, "aria-current": key === run.view ? "page" : null }, title,
    key === "log" && badge ? h("b", { class: "faults", title: "errors of scripts" }, "⚠ " + count(badge)) : h("b", { class: "soft", "aria-hidden": "true" }, String(i + 1))))));
}

function show() {
  if (!run.site) return;
  route();
  markTree();
  mounted = views[run.view](run, $("main"), ...run.arguments);
  draw(true);
}

/** Asks the view to bring itself up to date: at most twice a second, one at a time, and only while somebody looks. */
async function draw(now) {
  clearTimeout(timer);
  const wait = now ? 0 : last + 500 - performance.now();
  if (busy) { again = true; return; }
  if (wait > 0) { timer = setTimeout(draw, wait); return; }
  if (!mounted || document.hidden) return;
  busy = true;
  last = performance.now();
  const view = mounted;
  try {
    await view.update();
  } catch (error) {
    if (view === mounted && error instanceof Refused && error.code === 403) {
      mounted = null;
      $("main").replaceChildren(h("section", { class: "card" }, h("p", { class: "empty" }, `This is not for you to see: ${error.message}.`)));
    } else if (view === mounted && run.live) complain(error);
  }
  busy = false;
  if (again) { again = false; draw(view !== mounted); }
}

/* ---- beginning, and beginning again ---- */

async function begin() {
  kept.clear();
  run.status = await run.get("status");
  run.site = await run.get("site");
  run.log = (await run.get("log?lines=1000")).lines;
  run.canSteer = run.status.may_steer;
  run.canEdit = run.status.may_edit;
  run.all = !run.status.owner || run.canSteer; // else an owner, who sees what is theirs
  $("steer").hidden = Boolean(run.past) || !run.all;
  $("metrics").hidden = Boolean(run.past) || !run.all;
  if (run.status.intraday && !TABS.some(tab => tab[0] === "intraday")) TABS = [...TABS, ["intraday", "Intraday"]];
  $("scenario").textContent = run.status.scenario + (run.status.owner ? ` · ${run.status.owner}` : "");
  $("notice").hidden = run.canEdit || Boolean(run.past);
  $("notice").textContent = token ? "You are only looking: the host was started again since you opened this page, with another secret. Open the address that it has printed now to steer the run and edit its scripts."
    : "You are only looking. To steer the run and edit its scripts, open the address that the host printed when it started: its end is the secret that allows it.";
  showTree();
  show();
}

let seen = "";
async function heard(event, data) {
  if (event === "log") {
    run.log.push(data);
    if (run.log.length > 2000) run.log.splice(0, 500);
    if (run.view === "log" || data.kind === "fault" || data.kind === "refused") draw();
  } else if (event === "end") {
    run.ended = true;
  } else if (event === "state") {
    const fresh = !run.live || !run.status || (run.state && data.slot < run.state.slot);
    run.live = true;
    run.state = data;
    if (fresh) await begin().catch(complain); // the first time, or the host was started again
    showState();
    const now = `${data.slot}/${data.tick}/${data.over}/${data.faults}`;
    if (now !== seen) { seen = now; draw(); }
  }
}

function lost(error) {
  run.live = false;
  showState();
  $("badge").textContent = "no connection";
  $("badge").className = "badge lost";
  $("notice").hidden = false;
  $("notice").className = "notice bad";
  if (error instanceof Refused && error.code === 401) $("notice").textContent = "This page needs the token that the host printed with its address. Open that address, with all that stands behind the #.";
  else $("notice").textContent = run.ended ? "The run is over and its host has ended. What you see is how it stood; results are in its folder. The page looks for the host every few seconds." : "The host does not answer. The page goes on looking for it.";
}

$("treefind").addEventListener("input", showTree);
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#token=")) { location.reload(); return; } // the address of a host that was started again
  show(); $("main").focus({ preventScroll: true });
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) draw(true); });
$("licences").hidden = !hasOthers;
if (matchMedia("(max-width: 760px)").matches) $("treebox").open = false;
steer();

/* ---- a run that is over: time is a slider ---- */

async function stand(slot) {
  run.past.slot = slot;
  $("slider").value = slot;
  if (run.past.busy) return; // the last one counts
  run.past.busy = true;
  try {
    let at;
    do {
      at = run.past.slot;
      run.state = await run.get("status");
    } while (at !== run.past.slot);
    run.live = true;
    showState();
    if (run.view === "log") run.log = (await run.get("log?lines=1000")).lines;
    draw(true);
  } catch (error) {
    complain(error);
  }
  run.past.busy = false;
}

async function choose(which) {
  run.past = { which, slot: 999999999, timer: 0 };
  run.state = run.status = await run.get("status");
  const slots = run.status.slots_done;
  run.past.slot = slots;
  Object.assign($("slider"), { min: Math.min(1, slots), max: slots, value: slots });
  run.live = true;
  await begin();
  showState();
}

async function lookBack(status) {
  $("past").hidden = false;
  $("which").hidden = status.runs < 2;
  if (status.runs > 1) TABS.push(["compare", "Compare"]);
  for (let i = 0; i < status.runs; i++) $("which").append(h("option", { value: i }, (await get("status?run=" + i)).folder));
  $("which").onchange = event => choose(Number(event.target.value)).catch(complain);
  $("slider").oninput = event => stand(Number(event.target.value));
  $("replay").onclick = () => {
    if (run.past.timer) { clearInterval(run.past.timer); run.past.timer = 0; }
    else {
      if (run.past.slot >= run.status.slots_done) stand(1);
      run.past.timer = setInterval(() => {
        if (run.past.slot < run.status.slots_done) stand(run.past.slot + 1);
        else $("replay").click();
      }, 400);
    }
    $("replay").textContent = run.past.timer ? "Pause" : "Play";
  };
  await choose(0);
}

get("status").catch(() => ({ mode: "live" })).then(status => {
  if (status.mode === "past") return lookBack(status).catch(complain);
  return listen((event, data) => {
    if (!run.live && event === "state") { $("notice").className = "notice"; run.ended = false; }
    return heard(event, data);
  }, lost);
});
