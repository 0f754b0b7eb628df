// Scripts: who trades with which version; one of them is edited, tried out, put to work, taken back.
import { count, h, number, table } from "./draw.js";
import { editor } from "./editor.js";

const budget = a => a.units_per_call ? `${count(a.units_last)} of ${count(a.units_per_call)}` : count(a.units_last);

function list(run, main) {
  let wanted = "";
  const place = h("div"), find = h("input", { type: "search", placeholder: "find a script", "aria-label": "find a script", oninput: () => { wanted = find.value.toLowerCase(); run.refresh(); } });
  main.replaceChildren(h("section", { class: "card" }, h("h1", {}, "Scripts"),
    h("p", { class: "soft" }, "Each trades for some assets, or sets the grid fees of markets. Open one to see its errors, edit it, and put the new version to work while the market runs. Units count the work a script does, the same on every machine; with a limit, a script that needs more is stopped."), h("div", { class: "row" }, find), place));
  const columns = [
    { name: "trades for", left: true, cell: a => h("td", { class: "left" }, h("a", { href: "#/scripts/" + a.agent }, a.name)) },
    { name: "script", left: true, cell: a => a.script },
    { name: "version", cell: a => a.instead ? h("td", { class: "bad" }, "given up: " + a.instead) : `v${a.version}${a.on_probation ? " on probation" : ""}` },
    { name: "errors", cell: a => h("td", { class: a.faults ? "bad" : "" }, (a.faults ? "⚠ " : "") + count(a.faults)) },
    { name: "units, last call", cell: budget },
    { name: "units, most", cell: a => count(a.units_most) },
    { name: "memory KiB", cell: a => count(a.memory_bytes / 1024) },
    { name: "assets", cell: a => count(a.assets) },
    { name: "markets", cell: a => count(a.markets) },
  ];
  return { async update() {
    const rows = [];
    let all;
    do {
      all = await run.get(`agents?from=${rows.length}&count=1000`);
      rows.push(...all.agents);
    } while (all.agents.length && rows.length < all.agent_count);
    const fitting = rows.filter(a => !wanted || `${a.name} ${a.script}`.toLowerCase().includes(wanted)).sort((a, b) => b.faults - a.faults || a.agent - b.agent);
    place.replaceChildren(table(columns, fitting.slice(0, 200), { empty: "No script fits." }), fitting.length > 200 ? h("p", { class: "soft" }, `and ${count(fitting.length - 200)} more: find them above`) : "");
  } };
}

/** The line that a message names, as "mine.lua:12:" does. */
function lineOf(message, path) {
  const file = path.split("/").pop().replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), found = new RegExp(file + ":(\\d+)").exec(message);
  return found ? Number(found[1]) : 0;
}

function source(text, line) {
  return line ? text.split("\n").slice(Math.max(0, line - 2), line + 1).map((row, i) => `${Math.max(1, line - 1) + i}${Math.max(1, line - 1) + i === line ? " > " : "   "}${row}`).join("\n") : "";
}

function one(run, main, index) {
  const title = h("h1"), facts = h("p", { class: "soft" }), said = h("div", { "aria-live": "polite" }), errors = h("div"), versions = h("select", { "aria-label": "a version to go back to" });
  let edit = null, work = "", path = "", own = false, known = 0, seen = "";
  const tell = (text, fine) => said.replaceChildren(h("pre", { class: "error" + (fine ? " fine" : ""), id: "verdict" }, text));
  const dirty = () => { own = edit.text !== work; state(); };
  const state = () => { for (const b of [check, reload]) b.disabled = !run.canEdit || !own || run.state.over; again.disabled = back.disabled = !run.canEdit || run.state.over; again.hidden = !run.all; };
  const act = (words, body, done) => async () => {
    said.replaceChildren();
    edit.mark([]);
    try {
      const answer = await run.post(`agents/${index}/${words}`, body());
      tell(done(answer), true);
      if (words === "reload") { own = false; known = 0; }
    } catch (error) {
      tell(error.message);
      edit.mark([{ line: lineOf(error.message, path), message: error.message }].filter(one => one.line), true);
    }
    run.refresh();
  };
  const check = h("button", { type: "button", title: "Ctrl+S in the text", onclick: act("check", () => ({ text: edit.text }), () => "It loads, and it ran once on the market as it stands. Nothing of that counts: put it to work when you like.") }, "Check");
  const reload = h("button", { type: "button", class: "main", title: "Ctrl+Enter in the text", onclick: act("reload", () => ({ text: edit.text }), answer => answer.message) }, "Put to work");
  const again = h("button", { type: "button", title: "as it is on the disk of the host", onclick: act("reload", () => ({}), answer => answer.message) }, "Read its file again");
  const back = h("button", { type: "button", onclick: act("reload", () => ({ to: Number(versions.value) }), answer => answer.message) }, "Go back to");
  const save = h("button", { type: "button", onclick: () => {
    const link = h("a", { href: URL.createObjectURL(new Blob([edit.text], { type: "text/plain" })), download: path.split("/").pop() });
    link.click();
    URL.revokeObjectURL(link.href);
  } }, "Download");
  const place = h("div");
  main.replaceChildren(h("p", { class: "soft" }, h("a", { href: "#/scripts" }, "Scripts"), " › "), h("section", { class: "card" }, title, facts, errors),
    h("section", { class: "card" }, h("div", { class: "row" }, reload, check, again, back, versions, save), place, said,
      h("p", { class: "soft" }, "Put to work, the text becomes the next version before the next tick, with the state of the one before. When it fails within its first ticks, the one before comes back by itself. The file on the disk stays as it is: download the text to keep it.")));
  const press = button => () => { if (!button.disabled) button.click(); };
  return { async update() {
    const a = await run.get("agents/" + index), text = a.texts[0];
    path = text.path;
    title.textContent = a.name;
    facts.textContent = `${a.script}, version ${a.version} of ${a.versions}${a.on_probation ? ", on probation" : ""}${a.instead ? `, given up: ${a.instead} trades for it` : ""} · ${count(a.faults)} errors${a.units_last == null ? "" : ` · last call ${budget(a)} units, at most ${count(a.units_most)} · ${number(a.memory_bytes / 1024, 0)} KiB`} · ${count(a.assets)} assets${a.markets == null ? "" : `, ${count(a.markets)} markets`}`;
    if (!edit) {
      edit = await editor({ text: text.text, changed: dirty, readOnly: !run.canEdit, keys: { check: press(check), work: press(reload) } });
      place.append(edit.element);
    }
    if (!own && known !== a.version) edit.text = text.text;
    if (known !== a.version) versions.replaceChildren(...Array.from({ length: a.versions }, (_, i) => h("option", { value: i + 1, selected: i + 1 === Math.max(1, a.version - 1) }, "v" + (i + 1))));
    known = a.version;
    work = text.text;
    const faults = a.errors.filter(Boolean), lines = faults.map(e => ({ line: lineOf(e.message, path), message: `slot ${e.slot} tick ${e.tick}: ${e.message}` }));
    if (!own && seen !== JSON.stringify(lines)) { seen = JSON.stringify(lines); edit.mark(lines.filter(one => one.line)); }
    errors.replaceChildren(...faults.map(e => h("pre", { class: "error" }, `slot ${e.slot} tick ${e.tick}: ${e.message}`, source(text.text, lineOf(e.message, path)) ? "\n\n" + source(text.text, lineOf(e.message, path)) : "")));
    state();
  } };
}

export function scripts(run, main, index) {
  return Number.isInteger(index) ? one(run, main, index) : list(run, main);
}
