// The views. Each makes its frame once and fills it in update(), which is called as the run goes on.
import { chart, curve } from "./chart.js";
import { count, energy, h, number, table, tile } from "./draw.js";
import { scripts } from "./scripts.js";
import { intraday } from "./intraday.js";
import * as street from "./street.js";

const EUR = value => number(value, 2) + " EUR";
const percent = value => value == null ? "–" : number(100 * value, 0);

function words() {
  return h("details", { class: "help card" }, h("summary", {}, "What am I looking at?"),
    h("p", {}, "Homes with solar panels and batteries trade electricity with their neighbours. For each quarter of an hour (a slot) everybody may bid for energy or offer it; small programs, the scripts, do it for them. The closer the end of a slot, the more most of them give way."),
    h("dl", {},
      h("dt", {}, "Retail price and feed-in tariff"), h("dd", {}, "What a kWh from the utility costs, and what it pays for one. A home that has a choice buys below the first and sells above the second: the room between the two is what a local market shares out. Charts show both as they are in the market at hand, with the grid fees on the way."),
      h("dt", {}, "Grid fee"), h("dd", {}, "What the operator of the grid takes for each kWh that crosses a market. Energy that travels far pays often, so a neighbour's is cheaper to bring."),
      h("dt", {}, "Import, export"), h("dd", {}, "Energy that came from outside a market, or left it."),
      h("dt", {}, "Without the market"), h("dd", {}, "The bill a home would have with the utility alone: what it does not use of its own production at once is sold at the feed-in tariff, all else is bought at the retail price."),
      h("dt", {}, "Self-sufficiency"), h("dd", {}, "The part of what the community used that it made itself.")));
}

async function priceAndEnergy(run, area, price, energyPlace, height = 210) {
  const past = await run.bySlot(`markets/${area}/history`);
  const start = Date.parse(past.start), step = past.slot_seconds * 1000;
  const at = run.past ? run.past.slot - 1 - past.first_slot : null;
  chart(price, { start, step, at, height, unit: "ct/kWh", series: [
    { name: "lowest … highest", band: [past.min_rate_ct_per_kWh, past.max_rate_ct_per_kWh], colour: "blue" },
    { name: "price", values: past.avg_rate_ct_per_kWh, colour: "blue" },
    { name: "the utility asks", values: past.utility_asks_ct_per_kWh, colour: "red", dash: "8 4" },
    { name: "the utility pays", values: past.utility_pays_ct_per_kWh, colour: "green", dash: "2 4" },
  ], zero: true });
  chart(energyPlace, { start, step, at, unit: "kWh", height: 170, series: [
    { name: "traded", values: past.energy_kWh, colour: "sky", bars: true, digits: 3 },
    { name: "import", values: past.import_kWh, colour: "orange", digits: 3 },
    { name: "export", values: past.export_kWh, colour: "purple", dash: "5 3", digits: 3 },
  ] });
}

/* ---- overview ---- */

/** What somebody sees who has just come. */
function welcome(run) {
  const press = id => () => document.getElementById(id).click();
  return h("section", { class: "card welcome" }, h("h2", {}, "Here neighbours trade electricity with one another"),
    h("p", {}, "Some homes have solar panels, some have batteries, all of them need energy. Each has a small program that buys and sells for it, every quarter of an hour. Let the day begin and watch who sells to whom, at what price, and what everybody saves."),
    run.canSteer ? h("div", { class: "row" }, h("button", { type: "button", class: "main", onclick: press("play") }, "Let the day begin"), h("button", { type: "button", onclick: press("slot") }, "Only the first quarter of an hour")) : "");
}

function overview(run, main) {
  const tiles = h("div", { class: "tiles" }), price = h("div"), amount = h("div"), best = h("div"), said = h("div"), mix = h("div", { class: "mixes" }), town = h("div"), top = h("div");
  const name = run.state.community.name, picture = street.homes(town);
  const now = h("section", { class: "card now" }, said, mix);
  main.replaceChildren(top, words(), tiles, h("section", { class: "card" }, h("h2", {}, run.all ? "The homes" : "Your homes"), town),
    h("section", { class: "card" }, h("h2", {}, `Price in the market “${name}”`), price),
    h("section", { class: "card" }, h("h2", {}, `Energy traded in “${name}”, a slot`), amount),
    h("section", { class: "card" }, h("h2", {}, run.past ? "Who saves most, in the whole run" : "Who saves most so far"), best));
  return { async update() {
    const state = run.state, c = state.community;
    const bills = await run.bySlot("members?count=1000"), past = await run.bySlot(`markets/${c.market}/history`);
    const saved = bills.baseline_EUR - bills.bill_EUR;
    const begun = past.slots > 0 && !(run.past && run.past.slot < 1);
    if (begun) { said.replaceChildren(...street.words(c, past, run.past ? run.past.slot - 1 - past.first_slot : past.slots - 1)); mix.replaceChildren(...street.mixes(c)); }
    if (top.firstChild !== now || !begun) top.replaceChildren(begun ? now : welcome(run));
    picture(bills);
    tiles.replaceChildren(
      tile(run.past ? "Saved, whole run" : run.all ? "Saved by all homes" : "Saved by your homes", number(saved), "EUR", bills.member_count ? `${EUR(bills.bill_EUR)} instead of ${EUR(bills.baseline_EUR)}` : "no homes", saved >= 0 ? "good" : "bad"),
      tile("Self-sufficiency", percent(c.self_sufficiency), "%", "made and used here"),
      tile("Traded between homes", ...energy(c.between_homes_kWh), `${count(state.trades)} trades`),
      tile("Import", ...energy(c.import_kWh), "from the utility"),
      tile("Export", ...energy(c.export_kWh), "to the utility"),
      state.faults ? tile("Errors of scripts" + (run.past ? ", whole run" : ""), "⚠ " + count(state.faults), "", "see Log and Scripts", "bad") : tile("Orders" + (run.past ? ", whole run" : ""), count(state.orders), "", "no errors of scripts"));
    await priceAndEnergy(run, c.market, price, amount);
    best.replaceChildren(table(homeColumns, (await run.bySlot("members?sort=saved&count=8")).members, { empty: "This scenario has no homes." }));
  } };
}

/* ---- homes ---- */

/** The answer about homes with all of them in it, however many questions that takes. */
async function everyHome(ask) {
  const members = [];
  let all;
  do {
    all = await ask(`members?from=${members.length}&count=1000`);
    members.push(...all.members);
  } while (all.members.length && members.length < all.member_count);
  return { ...all, members };
}

const homeColumns = [
  { name: "home", left: true, of: m => m.name, cell: m => h("a", { href: "#/market/" + m.area }, m.name) },
  { name: "script", left: true, of: m => m.strategy, cell: m => m.strategy.replaceAll(",", ", ") },
  { name: "bought kWh", of: m => m.bought_kWh, cell: m => number(m.bought_kWh) },
  { name: "sold kWh", of: m => m.sold_kWh, cell: m => number(m.sold_kWh) },
  { name: "bill EUR", of: m => m.bill_EUR, cell: m => number(m.bill_EUR) },
  { name: "without the market EUR", of: m => m.baseline_EUR, cell: m => number(m.baseline_EUR) },
  { name: "saved EUR", of: m => m.baseline_EUR - m.bill_EUR, cell: m => {
    const saved = m.baseline_EUR - m.bill_EUR;
    return h("td", { class: saved < -0.005 ? "bad" : saved > 0.005 ? "good" : "" }, (saved > 0.005 ? "▲ " : saved < -0.005 ? "▼ " : "") + number(saved));
  } },
];

function homes(run, main) {
  const PAGE = 50;
  let sort = { by: 6, down: true }, page = 0, wanted = "";
  const place = h("div"), sums = h("p", { class: "soft" }), pages = h("div", { class: "row" });
  const find = h("input", { type: "search", placeholder: "find a home or script", "aria-label": "find a home or script", oninput: () => { wanted = find.value.toLowerCase(); page = 0; run.refresh(); } });
  main.replaceChildren(h("section", { class: "card" }, h("h1", {}, "Homes"),
    h("p", { class: "soft" }, `What each home bought and sold at its own door, its bill ${run.past ? "of the whole run" : "so far"}, and the bill it would have with the utility alone. A negative bill is money earned.`),
    h("div", { class: "row" }, find, sums), place, pages));
  return { async update() {
    const all = await everyHome(run.bySlot), rows = all.members;
    const key = homeColumns[sort.by].of;
    const fitting = rows.filter(m => !wanted || (m.name + " " + m.strategy).toLowerCase().includes(wanted));
    fitting.sort((a, b) => {
      const x = key(a), y = key(b), order = typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y;
      return sort.down ? -order : order;
    });
    page = Math.min(page, Math.max(0, Math.ceil(fitting.length / PAGE) - 1));
    sums.textContent = `${count(fitting.length)} of ${count(all.member_count)} homes; all together ${EUR(all.bill_EUR)}, ${EUR(all.baseline_EUR)} without the market.`;
    place.replaceChildren(table(homeColumns, fitting.slice(page * PAGE, page * PAGE + PAGE), { sort, empty: rows.length ? "No home fits." : "This scenario has no homes.", onsort: by => {
      sort = { by, down: sort.by === by ? !sort.down : by > 1 };
      run.refresh();
    } }));
    const turn = by => () => { page += by; run.refresh(); };
    pages.replaceChildren(...(fitting.length > PAGE ? [
      h("button", { type: "button", onclick: turn(-1), disabled: page === 0 }, "Before"),
      h("span", { class: "soft" }, `${page * PAGE + 1} to ${Math.min(fitting.length, page * PAGE + PAGE)}`),
      h("button", { type: "button", onclick: turn(1), disabled: (page + 1) * PAGE >= fitting.length }, "Next")] : []));
  } };
}

/* ---- a market ---- */

function assetRows(run, place, series, assets) {
  const columns = [
    { name: "asset", left: true, cell: a => h("td", { class: "left" }, h("button", { type: "button", onclick: () => series(a) }, a.name)) },
    { name: "kind", left: true, cell: a => a.type },
    { name: "script", left: true, cell: a => a.agent == null ? "" : h("td", { class: "left" }, h("a", { href: "#/scripts/" + a.agent }, "open")) },
    { name: "this slot kWh", cell: a => a.bought_now_kWh || a.sold_now_kWh ? `${a.bought_now_kWh ? "+" + number(a.bought_now_kWh, 3) : ""}${a.sold_now_kWh ? " −" + number(a.sold_now_kWh, 3) : ""}` : "0" },
    { name: "bought kWh", cell: a => number(a.bought_kWh) },
    { name: "sold kWh", cell: a => number(a.sold_kWh) },
    { name: "paid EUR", cell: a => number(a.paid_EUR) },
    { name: "earned EUR", cell: a => number(a.earned_EUR) },
    { name: "state of charge", cell: a => a.capacity_kWh ? h("td", {}, h("span", { class: "meter", role: "img", "aria-label": `${percent(a.stored_kWh / a.capacity_kWh)} % full` }, h("i", { css: { width: 100 * a.stored_kWh / a.capacity_kWh + "%" } })), ` ${percent(a.stored_kWh / a.capacity_kWh)} % of ${number(a.capacity_kWh, 1)} kWh`) : "" },
  ];
  place.replaceChildren(table(columns, assets, { empty: "No asset stands directly in this market." }));
}

function orders(side, list, total) {
  const most = Math.max(...list.map(o => o.energy_kWh ?? 0), 1e-9);
  const columns = [
    { name: "ct/kWh", cell: o => h("td", { class: "left" }, number(o.rate_ct_per_kWh)) },
    { name: "kWh", cell: o => h("td", { class: "depth " + side }, o.energy_kWh == null ? "no limit" : number(o.energy_kWh, 3), h("i", { css: { width: o.energy_kWh == null ? "100%" : 100 * o.energy_kWh / most + "%" } })) },
    { name: "of", left: true, cell: o => o.asset },
    { name: "waits in", left: true, cell: o => o.waits_in || "" },
  ];
  return [table(columns, list.slice(0, 25), { empty: "none" }), list.length > 25 ? h("p", { class: "soft" }, `and ${count(total - 25)} more`) : ""];
}

function feeForm(run, area, m) {
  const input = h("input", { type: "number", min: "0", step: "0.1", value: m.fee_next, "aria-label": `grid fee from the next slot on, ${m.fee_unit}`, css: { width: "6rem" } });
  return h("form", { class: "row", onsubmit: async event => {
    event.preventDefault();
    const answer = await run.act({ command: "set-fee", market: run.site.areas[area].uuid, fee: Number(input.value), unit: m.fee_unit });
    if (answer) run.say(`Grid fee of ${answer.market}: ${answer.fee} ${answer.unit} from slot ${answer.from_slot} on.`);
  } }, h("label", {}, "Grid fee from the next slot on: ", input, ` ${m.fee_unit} `), h("button", { type: "submit", disabled: !run.canSteer || run.state.over }, "Set"));
}

function market(run, main, wanted) {
  const area = run.site.areas[wanted] ? wanted : run.site.community;
  const of = run.site.areas[area];
  const tiles = h("div", { class: "tiles" }), price = h("div"), amount = h("div"), book = h("div"), curves = h("div"), trades = h("div"), assets = h("div"), one = h("div"), fee = h("div"), when = h("p", { class: "soft" });
  let chosen = null, feeShown = null;
  const part = (title, ...children) => h("section", { class: "card" }, h("h2", {}, title), ...children);
  const above = of.parent == null ? [] : [h("a", { href: "#/market/" + of.parent }, run.site.areas[of.parent].name), " › "];
  const series = async a => { chosen = a; run.refresh(); };
  const standing = part(of.member ? "What stands in this home" : "What stands directly in this market", assets, one);
  main.replaceChildren(h("div", {}, h("p", { class: "soft" }, above), h("h1", {}, of.name)), tiles, of.member ? standing : "",
    h("div", { class: "two" }, part("Price, a slot", price), run.past || !run.all ? part("Energy, a slot", amount) : part("Demand and supply in this slot", when, curves, h("p", { class: "soft" }, "All that was bid and offered here in the slot: traded already, and still open. What markets above offer is counted in, with the fees on the way."))),
    run.past ? "" : part(run.all ? "Open orders" : "Your open orders", book), part(run.past ? "Trades of the last slot" : run.all ? "Trades of this slot" : "Your trades of this slot", trades), run.past || !run.all ? "" : part("Energy, a slot", amount), of.member || !of.assets ? "" : standing, run.past || !run.all ? "" : part("Grid fee", fee));
  return { async update() {
    const m = await run.get("markets/" + area), past = await run.bySlot(`markets/${area}/history`), last = m.last_slot || {};
    tiles.replaceChildren(
      tile("Price, last slot", number(last.avg_rate_ct_per_kWh), "ct/kWh", last.trades ? `${number(last.min_rate_ct_per_kWh)} to ${number(last.max_rate_ct_per_kWh)}` : "no trades"),
      tile("Energy, last slot", number(last.energy_kWh, 3), "kWh", `${count(last.trades ?? 0)} trades`),
      tile("Import, last slot", number(last.import_kWh, 3), "kWh"), tile("Export, last slot", number(last.export_kWh, 3), "kWh"),
      tile("Grid fee", number(m.fee_running), m.fee_unit, m.fee_next !== m.fee_running ? `${number(m.fee_next)} from the next slot on` : `${EUR(m.fees_EUR)} taken so far`));
    if (of.member) await bill(run, area, tiles);
    if (feeShown !== m.fee_next && !fee.contains(document.activeElement)) { fee.replaceChildren(feeForm(run, area, m)); feeShown = m.fee_next; }
    const b = m.book, finished = m.trades;
    when.textContent = b.slot == null ? finished.length ? "trades of the slot that has closed; its open orders have ended with it" : "" : `slot ${b.slot}, as it stood after tick ${b.tick}`;
    const cut = (some, all, what) => some < all ? ` Drawn from ${count(some)} of ${count(all)} ${what}.` : "";
    if (run.all) when.textContent += cut(b.bids.length, b.bid_count, "bids") + cut(b.offers.length, b.offer_count, "offers") + cut(finished.length, m.trade_count, "trades");
    const sum = (list, rate, key) => list.map(o => ({ rate: o[rate], energy: o[key] }));
    if (run.all) curve(curves, {
      bids: [...sum(finished, "bid_rate_ct_per_kWh", "energy_kWh"), ...sum(b.bids, "rate_ct_per_kWh", "energy_kWh")].sort((x, y) => y.rate - x.rate).filter(o => o.energy != null),
      offers: [...sum(finished, "offer_rate_ct_per_kWh", "energy_kWh"), ...sum(b.offers, "rate_ct_per_kWh", "energy_kWh")].sort((x, y) => x.rate - y.rate),
      rates: [{ name: "the utility asks", rate: past.utility_asks_ct_per_kWh.at(-1) ?? m.market_maker_rate_ct_per_kWh, colour: "red", dash: "8 4" },
        { name: "the utility pays", rate: past.utility_pays_ct_per_kWh.at(-1) ?? m.feed_in_tariff_rate_ct_per_kWh, colour: "green", dash: "2 4" }],
    });
    book.replaceChildren(h("div", { class: "two" }, h("div", {}, h("h2", {}, `Bids (${count(b.bid_count)}): who wants to buy`), orders("bid", b.bids, b.bid_count)), h("div", {}, h("h2", {}, `Offers (${count(b.offer_count)}): who wants to sell`), orders("offer", b.offers, b.offer_count))));
    trades.replaceChildren(table([
      { name: "tick", left: true, cell: t => String(t.tick) }, { name: "seller", left: true, cell: t => t.seller ?? "somebody" }, { name: "buyer", left: true, cell: t => t.buyer ?? "somebody" },
      { name: "kWh", cell: t => number(t.energy_kWh, 3) }, { name: "asked", cell: t => number(t.offer_rate_ct_per_kWh) }, { name: "paid ct/kWh", cell: t => number(t.rate_ct_per_kWh) }, { name: "would have paid", cell: t => number(t.bid_rate_ct_per_kWh) },
    ], finished.slice(0, 30), { empty: "None yet." }), m.trade_count > 30 ? h("p", { class: "soft" }, `the newest 30 of ${count(m.trade_count)}`) : "");
    if (of.assets) assetRows(run, assets, series, (await run.get("assets?area=" + area)).assets);
    else assets.replaceChildren(h("p", { class: "empty" }, "None: assets stand in the homes below."));
    if (chosen) await assetChart(run, one, chosen);
    await priceAndEnergy(run, area, price, amount, run.past ? 210 : 290);
  } };
}

async function bill(run, area, tiles) {
  const members = (await run.bySlot("members?area=" + area)).members, mine = members.find(m => m.area === area);
  if (!mine) return;
  const saved = mine.baseline_EUR - mine.bill_EUR;
  tiles.prepend(tile(run.past ? "Bill, whole run" : "Bill so far", number(mine.bill_EUR), "EUR", `${EUR(mine.baseline_EUR)} without the market`), tile(run.past ? "Saved, whole run" : "Saved", number(saved), "EUR", mine.strategy.replaceAll(",", ", "), saved >= 0 ? "good" : "bad"));
}

async function assetChart(run, place, asset) {
  if (!place.firstChild || place.dataset.asset !== String(asset.asset)) {
    place.dataset.asset = asset.asset;
    place.replaceChildren(h("h2", {}, asset.name), h("div"));
  }
  const past = await run.get(`assets/${asset.asset}/history`);
  chart(place.lastChild, { at: run.past ? run.past.slot - 1 - past.first_slot : null, start: Date.parse(past.start), step: past.slot_seconds * 1000, unit: "kWh", height: 170, series: [
    { name: "bought", values: past.bought_kWh, colour: "blue", bars: true, digits: 3 },
    { name: "sold", values: past.sold_kWh.map(v => -v), colour: "orange", bars: true, digits: 3 },
    ...(asset.capacity_kWh ? [{ name: "stored", values: past.stored_kWh, colour: "green" }] : []),
  ] });
}

/* ---- log ---- */

const KINDS = { fault: "errors", refused: "saves refused", takeover: "take-overs", restart: "restarts", device: "devices", version: "versions", print: "prints", host: "the host" };

function log(run, main) {
  const off = new Set();
  let wanted = "";
  const place = h("div", { class: "log", tabindex: "0", role: "log", "aria-label": "what was said" });
  const find = h("input", { type: "search", placeholder: "find in it", "aria-label": "find in the log", oninput: () => { wanted = find.value.toLowerCase(); run.refresh(); } });
  const boxes = Object.entries(KINDS).map(([kind, name]) => h("label", {}, h("input", { type: "checkbox", checked: true, onchange: event => { event.target.checked ? off.delete(kind) : off.add(kind); run.refresh(); } }), " " + name));
  main.replaceChildren(h("section", { class: "card" }, h("h1", {}, "Log"), h("p", { class: "soft" }, "What scripts print, their errors, new versions, devices, and the host itself; the newest first."), h("div", { class: "row" }, find, ...boxes), place));
  return { async update() {
    const lines = run.log.filter(line => !off.has(line.kind) && (!wanted || `${line.who} ${line.message}`.toLowerCase().includes(wanted))).slice(-400).reverse();
    place.replaceChildren(...(lines.length ? lines.map(line => h("div", { class: line.kind },
      h("span", { class: "soft" }, `slot ${line.slot} tick ${line.tick}`), h("span", {}, line.kind), h("span", {}, line.who), h("span", {}, line.message))) : [h("p", { class: "empty" }, run.log.length ? "Nothing fits." : "Nothing was said yet.")]));
  } };
}

/* ---- results ---- */

function results(run, main) {
  const place = h("div"), sums = h("div", { class: "tiles" });
  const button = (name, path, text) => h("tr", {}, h("td", { class: "left" }, h("button", { type: "button", onclick: () => run.download("api/v1/results/" + path, path).catch(run.complain) }, "Download " + path)), h("td", { class: "left" }, name), h("td", { class: "left soft wrap" }, text));
  main.replaceChildren(h("section", { class: "card" }, h("h1", {}, run.past ? "Results" : "Results so far"), sums,
    !run.all ? h("p", { class: "soft" }, "Files of the whole run are the organiser's.") : h("div", { class: "scroll" }, h("table", {}, h("tbody", {},
      button("everything", "run.sqlite", "an SQLite database: trades, markets, fees, log, scripts; views ending in _view have units in their names"),
      button("trades", "trades.csv", "who sold how much to whom, at what price"),
      button("markets, a slot", "market_slots.csv", "prices, energy, import and export of each market"),
      button("homes", "members.csv", "bills so far, and without the market")))),
    run.past || !run.all ? "" : h("p", { class: "soft" }, "While the run goes on, files hold the slots that were written last; a few of the newest may be missing."), place));
  return { async update() {
    const state = run.state;
    sums.replaceChildren(tile("Slots done", count(state.slot), "of " + count(state.slots)), tile("Trades", count(state.trades)), tile("Most import in a slot", number(state.community.peak_import_kWh, 3), "kWh"), tile("Self-consumption", percent(state.community.self_consumption), "%", "of what was produced"));
    place.replaceChildren(run.status.folder ? h("p", {}, "Folder: ", h("code", {}, run.status.folder)) : "", h("p", {}, "Run hash at the end of the last slot: ", h("code", { id: "digest" }, state.digest)), h("p", { class: "soft" }, "The same scenario, scripts and seed give the same hash, with this page open or not; a reload or a fee that was set here is part of it."));
  } };
}

/* ---- two runs ---- */

/** Whether two runs were of the same time, in the same slots, and as long; and what of that differs, in words. */
function alike(a, b) {
  const minutes = one => `${number(one.slot_seconds / 60, one.slot_seconds % 60 ? 1 : 0)} min`;
  const differ = [["start", one => one.start], ["slot length", minutes], ["slots done", one => String(one.slots_done)]].filter(([, of]) => of(a) !== of(b)).map(([name, of]) => `${name}: ${of(a)} / ${of(b)}`);
  const axis = a.start === b.start && a.slot_seconds === b.slot_seconds;
  return { differ, axis, sums: a.start === b.start && a.slots_done * a.slot_seconds === b.slots_done * b.slot_seconds };
}

function compare(run, main) {
  const SHOWN = 200, price = h("div"), amount = h("div"), sums = h("div"), rows = h("div"), told = h("div", { id: "told" });
  main.replaceChildren(h("section", { class: "card" }, h("h1", {}, "Two runs side by side"), told, sums),
    h("section", { class: "card" }, h("h2", {}, "Price, a slot"), price), h("section", { class: "card" }, h("h2", {}, "Energy traded, a slot"), amount),
    h("section", { class: "card" }, h("h2", {}, "Homes"), rows));
  return { async update() {
    const both = await Promise.all([0, 1].map(async which => {
      const of = (path, more = "") => run.both(`${path}?run=${which}${more}`);
      const status = await of("status");
      return { status, bills: await everyHome(path => run.both(`${path}&run=${which}`)), past: await of(`markets/${status.community.market}/history`) };
    }));
    const [a, b] = both, names = both.map(one => one.status.folder), same = alike(a.status, b.status);
    if (same.differ.length) told.replaceChildren(h("p", { class: "notice" }, [same.sums ? "" : "They are not of the same time or length: sums cannot be compared. ", same.axis ? "" : "Their slots are not the same, so they are not drawn on one axis. ", `They differ in ${same.differ.join("; ")}. “lunagrid compare” lists all settings that differ.`].join("")));
    const line = (name, of, digits = 2) => h("tr", {}, h("td", { class: "left" }, name), ...both.map(one => h("td", {}, number(of(one), digits))), h("td", {}, same.sums ? number(of(b) - of(a), digits) : "–"));
    sums.replaceChildren(h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, ""), ...names.map(name => h("th", {}, name)), h("th", {}, "difference"))), h("tbody", {},
      line("bills of all homes, EUR", one => one.bills.bill_EUR), line("without the market, EUR", one => one.bills.baseline_EUR),
      line("import, kWh", one => one.status.community.import_kWh), line("export, kWh", one => one.status.community.export_kWh),
      line("most import in a slot, kWh", one => one.status.community.peak_import_kWh, 3), line("traded between homes, kWh", one => one.status.community.between_homes_kWh),
      line("self-sufficiency, %", one => 100 * one.status.community.self_sufficiency, 1), line("trades", one => one.status.trades, 0)))));
    const start = Date.parse(a.past.start), step = a.past.slot_seconds * 1000, at = run.past.slot - 1;
    const series = key => [{ name: names[0], values: a.past[key], colour: "blue" }, { name: names[1], values: b.past[key], colour: "orange", dash: "6 3" }];
    if (same.axis) {
      chart(price, { start, step, at, unit: "ct/kWh", zero: true, series: series("avg_rate_ct_per_kWh") });
      chart(amount, { start, step, at, unit: "kWh", height: 170, zero: true, series: series("energy_kWh") });
    } else for (const place of [price, amount]) place.replaceChildren(h("p", { class: "empty" }, "Not drawn: their slots are not the same."));
    const other = new Map(b.bills.members.map(m => [m.name, m]));
    rows.replaceChildren(table([
      { name: "home", left: true, cell: m => m.name }, { name: "script", left: true, cell: m => m.strategy === other.get(m.name)?.strategy ? m.strategy : `${m.strategy} / ${other.get(m.name)?.strategy ?? "not there"}` },
      { name: `bill EUR, ${names[0]}`, cell: m => number(m.bill_EUR) }, { name: names[1], cell: m => number(other.get(m.name)?.bill_EUR) },
      { name: "difference", cell: m => { if (!same.sums) return "–"; const by = (other.get(m.name)?.bill_EUR ?? NaN) - m.bill_EUR; return h("td", { class: by < -0.005 ? "good" : by > 0.005 ? "bad" : "" }, (by > 0.005 ? "+" : "") + number(by)); } },
    ], a.bills.members.slice(0, SHOWN)), a.bills.members.length > SHOWN ? h("p", { class: "soft" }, `the first ${count(SHOWN)} of ${count(a.bills.members.length)} homes; “lunagrid compare --json” has all of them`) : "");
  } };
}

export const views = { "": overview, homes, market, scripts, log, results, intraday, compare };
