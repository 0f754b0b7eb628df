// The overview's pictures: what the last slot was in plain words, where energy came from and went, and the homes at a glance.
import { count, h, number, s } from "./draw.js";

/** What a kWh from a neighbour cost, and where on the way from what the utility pays to what it asks that lies. */
export function words(c, past, at) {
  const asks = past.utility_asks_ct_per_kWh[at], pays = past.utility_pays_ct_per_kWh[at], price = c.last_between_homes_ct_per_kWh;
  if (price == null) return [h("h2", {}, "Nothing was traded between homes in the last slot."), h("p", { class: "soft" }, past.energy_kWh[at] > 0 ? "All that went through the market was bought from the utility or sold to it, so there is no neighbours’ price." : "Nothing went through the market.")];
  const title = h("h2", {}, `A neighbour’s kWh costs ${number(price, 1)} ct`);
  if (asks == null || pays == null) return [title];
  const why = asks - price < 0.05 ? "As much as one from the utility, or more: there was little to sell." : price - pays < 0.05 ? "No more than the utility would pay for it: more was made than anybody needed." :
    `${number(asks - price, 1)} ct less than one from the utility, and ${number(price - pays, 1)} ct more than the utility would pay for it.`;
  const place = v => `${Math.min(Math.max(100 * (v - pays) / (asks - pays || 1), 0), 100)}%`;
  return [title, h("p", { class: "soft" }, why),
    h("div", { class: "ruler", role: "img", "aria-label": `the utility pays ${number(pays, 1)}, neighbours ${number(price, 1)}, the utility asks ${number(asks, 1)} ct/kWh` },
      h("i", { class: "mark", css: { left: place(price) } }, h("b", {}, number(price, 1))),
      h("span", {}, "the utility pays ", h("b", {}, number(pays, 1) + " ct")), h("span", {}, "it asks ", h("b", {}, number(asks, 1) + " ct")))];
}

/** A bar of parts: [{name, kWh, colour}]. */
function bar(title, parts) {
  const sum = parts.reduce((all, part) => all + part.kWh, 0);
  const share = part => sum > 0 ? 100 * part.kWh / sum : 0;
  return h("div", { class: "mix" }, h("div", {}, title, " ", h("b", {}, `${number(sum, sum < 100 ? 1 : 0)} kWh`)),
    h("div", { class: "parts", role: "img", "aria-label": parts.map(part => `${part.name} ${number(share(part), 0)} %`).join(", ") },
      parts.filter(part => part.kWh > 0).map(part => h("i", { class: "b-" + part.colour, css: { width: share(part) + "%" } }))),
    h("div", { class: "legend" }, parts.map(part => h("span", {}, h("i", { class: "dot b-" + part.colour }), part.name + " ", h("b", {}, number(share(part), 0) + " %")))));
}

export function mixes(c) {
  return [
    bar("What the homes used came from", [{ name: "their own roofs", kWh: c.within_homes_kWh, colour: "green" }, { name: "neighbours", kWh: c.between_homes_kWh, colour: "sky" }, { name: "the utility", kWh: c.import_kWh, colour: "orange" }]),
    bar("What the homes made went to", [{ name: "themselves", kWh: c.within_homes_kWh, colour: "green" }, { name: "neighbours", kWh: c.between_homes_kWh, colour: "sky" }, { name: "the utility", kWh: c.export_kWh, colour: "purple" }]),
  ];
}

const net = m => (m.last_export_kWh ?? 0) - (m.last_import_kWh ?? 0);
const kindOf = m => m.last_import_kWh == null ? "" : net(m) > 0.0005 ? "sells" : net(m) < -0.0005 ? "buys" : "even";
const ARROWS = { sells: "↑", buys: "↓", even: "·", "": "" };

function house() { // its walls are filled as its batteries are
  return s("svg", { viewBox: "0 0 40 38", "aria-hidden": "true" }, s("rect", { x: 7, y: 16, width: 26, height: 20, class: "wall" }), s("rect", { x: 7, y: 36, width: 26, height: 0, class: "fill" }), s("path", { d: "M3 18L20 3L37 18M7 16V36H33V16" }));
}

const FEW = 60;

/** The homes as a picture that is made once and changed in place: houses with names, or with many of them small squares. */
export function homes(place) {
  const cells = new Map(), sums = h("p", { class: "soft" }), box = h("div", {});
  place.replaceChildren(sums, box);
  const make = (m, few) => {
    const cell = h("a", { href: "#/market/" + m.area, tabindex: few ? null : -1 }, few ? [house(), h("span", {}, m.name), h("b", {})] : null);
    cells.set(m.area, cell);
    return cell;
  };
  return ({ members, member_count, last_sold, last_bought, last_even }) => {
    const few = members.length <= FEW, most = members.reduce((all, m) => Math.max(all, Math.abs(net(m))), 1e-9);
    if (cells.size !== members.length) {
      cells.clear();
      box.className = few ? "houses" : "squares";
      box.replaceChildren(...members.map(m => make(m, few)));
    }
    for (const m of members) {
      const cell = cells.get(m.area), kind = kindOf(m), full = m.capacity_kWh ? m.stored_kWh / m.capacity_kWh : null;
      const text = kind === "sells" || kind === "buys" ? `${ARROWS[kind]} ${number(Math.abs(net(m)), 2)}` : ARROWS[kind];
      const title = `${m.name}: ${kind ? `${kind === "even" ? "neither buys nor sells" : `${kind} ${number(Math.abs(net(m)), 3)} kWh`} in the last slot` : "no slot yet"}${full == null ? "" : `, batteries ${number(100 * full, 0)} % full`}`;
      if (cell.title === title) continue;
      cell.title = title;
      cell.className = kind;
      if (few) {
        cell.lastChild.textContent = text;
        const fill = cell.querySelector(".fill"), height = 20 * (full ?? 0);
        fill.setAttribute("y", 36 - height);
        fill.setAttribute("height", height);
      } else cell.style.opacity = kind === "even" || !kind ? 1 : 0.35 + 0.65 * Math.min(1, Math.abs(net(m)) / most);
    }
    sums.textContent = !members.length ? "" : members.every(m => !kindOf(m)) && !last_sold && !last_bought ? "Nothing has been traded yet." : `In the last slot ${count(last_sold)} ${last_sold === 1 ? "home" : "homes"} sold ↑, ${count(last_bought)} bought ↓, ${count(last_even)} did neither.${few ? " Walls fill up as batteries do; choose a home to see more." : " Each square is a home, the stronger the more it traded."}${members.length < member_count ? ` Drawn are the first ${count(members.length)} of ${count(member_count)} homes.` : ""}`;
  };
}
