// The intraday market: what is traded when, the book of one period, the newest trades, the money of gridpools.
import { h, number, table } from "./draw.js";

const clock = text => text.slice(0, 16).replace("T", " ");
const price = value => value == null ? "–" : number(value, 2);

function side(list, name) {
  const most = Math.max(...list.map(o => o.quantity_MW), 1e-9);
  return table([
    { name: "per MWh", cell: o => h("td", { class: "left" }, price(o.price_per_MWh)) },
    { name: "MW", cell: o => h("td", { class: "depth " + name }, number(o.quantity_MW, 3), h("i", { css: { width: 100 * o.quantity_MW / most + "%" } })) },
  ], list, { empty: "none" });
}

export function intraday(run, main) {
  const part = (title, place) => h("section", { class: "card" }, h("h2", {}, title), place);
  const periods = h("div"), bids = h("div"), offers = h("div"), trades = h("div"), pools = h("div"), title = h("h2");
  let chosen = 0;
  main.replaceChildren(h("h1", {}, "Intraday market"),
    run.past ? h("p", { class: "soft" }, "Its books are not kept: what it traded before this slot, and the money of the whole run.") : h("div", { class: "two" }, part("Periods that are traded", periods),
      h("section", { class: "card" }, title, h("div", { class: "two" }, h("div", {}, h("h2", {}, "Bids"), bids), h("div", {}, h("h2", {}, "Offers"), offers)))),
    h("div", { class: "two" }, part("Newest trades", trades), run.all ? part(run.past ? "Gridpools, whole run" : "Gridpools so far", pools) : ""));
  return { async update() {
    const m = await run.get("intraday?period=" + chosen);
    if (!m.on) { main.replaceChildren(h("p", { class: "empty" }, "This run has no intraday market.")); return; }
    if (m.periods) periods.replaceChildren(table([
      { name: "delivery", left: true, cell: p => h("td", { class: "left" }, h("button", { type: "button", "aria-pressed": String(m.periods.indexOf(p) === chosen), onclick: () => { chosen = m.periods.indexOf(p); run.refresh(); } }, clock(p.start))) },
      { name: "min", cell: p => String(p.minutes) }, { name: "bid", cell: p => price(p.bid_per_MWh) }, { name: "offer", cell: p => price(p.offer_per_MWh) },
    ], m.periods.slice(0, 24), { empty: "Nothing is traded." }));
    title.textContent = m.book ? `Book of ${clock(m.book.start)}, ${m.book.minutes} min` : "Book";
    bids.replaceChildren(side(m.book ? m.book.bids : [], "bid"));
    offers.replaceChildren(side(m.book ? m.book.offers : [], "offer"));
    trades.replaceChildren(table([
      { name: "time", left: true, cell: t => clock(t.time) }, { name: "delivery", left: true, cell: t => clock(t.start) }, { name: "per MWh", cell: t => price(t.price_per_MWh) }, { name: "MW", cell: t => number(t.quantity_MW, 3) },
    ], m.trades, { empty: "None yet." }));
    if (m.gridpools) pools.replaceChildren(table([
      { name: "gridpool", left: true, cell: p => p.name }, { name: "bought kWh", cell: p => number(p.bought_kWh, 1) }, { name: "sold kWh", cell: p => number(p.sold_kWh, 1) },
      { name: "trades EUR", cell: p => number(p.trades_EUR) }, { name: "imbalance EUR", cell: p => number(p.imbalance_EUR) },
      { name: "money EUR", cell: p => h("td", { class: p.money_EUR > 0.005 ? "good" : p.money_EUR < -0.005 ? "bad" : "" }, number(p.money_EUR)) },
    ], m.gridpools));
  } };
}
