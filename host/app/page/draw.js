// Elements, numbers and charts. Charts are SVG made anew on each change: some hundred points, twice a second at most.

/** h("td", {class: "x"}, "text", child): an element. Keys that begin with "on" are listeners. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "css") Object.assign(element.style, value); // the page's policy refuses style attributes
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter(child => child != null));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
function s(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes || {})) if (value != null) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const numbers = new Map();
/** A number for people: "12.3", "-" when there is none. */
export function number(value, digits = 2) {
  if (value == null || !Number.isFinite(value)) return "–";
  if (!numbers.has(digits)) numbers.set(digits, new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  const text = numbers.get(digits).format(value);
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text;
}
export const count = value => number(value, 0);
export function energy(kWh) {
  return Math.abs(kWh) >= 10000 ? [number(kWh / 1000, 1), "MWh"] : [number(kWh, Math.abs(kWh) >= 100 ? 0 : 2), "kWh"];
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const date = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
export const time = ms => clock.format(ms);
export const moment = ms => date.format(ms);

function steps(low, high, wanted) {
  const raw = (high - low || 1) / wanted, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(f => f * power).find(f => f >= raw);
  const list = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-9; v += step) list.push(Math.abs(v) < step * 1e-9 ? 0 : v);
  return list;
}

function sample(series) {
  const svg = s("svg", { viewBox: "0 0 26 10", "aria-hidden": "true" });
  if (series.bars || series.band) svg.append(s("rect", { x: 2, y: 1, width: 22, height: 8, class: "c-" + series.colour + (series.band ? " band" : "") }));
  else svg.append(s("path", { d: "M0 5H26", fill: "none", "stroke-width": 2.5, class: "c-" + series.colour, "stroke-dasharray": series.dash }));
  return svg;
}

const LEFT = 46, RIGHT = 12, TOP = 20, BOTTOM = 22;

/** Text stays as large as text is: the drawing is as wide as its place. */
const widthOf = place => Math.max(300, place.clientWidth || 760);

function frame(WIDTH, height, low, high, unit) {
  const y = v => TOP + (high - v) / (high - low) * (height - TOP - BOTTOM);
  const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", tabindex: "0" });
  const ticks = steps(low, high, height > 180 ? 5 : 4);
  const digits = ticks.length > 1 && ticks[1] - ticks[0] < 0.0999 ? 2 : ticks.length > 1 && ticks[1] - ticks[0] < 0.999 ? 1 : 0;
  for (const v of ticks) {
    svg.append(s("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(v), y2: y(v), class: v === 0 ? "axis" : "grid" }));
    svg.append(s("text", { x: LEFT - 6, y: y(v) + 4, "text-anchor": "end" }, number(v, digits)));
  }
  svg.append(s("text", { x: 4, y: 11 }, unit));
  return { svg, y };
}

/**
 * Values over time. series: [{name, values, colour, dash, bars, band: [lows, highs], digits}]; start and step in ms. The legend
 * shows the values under the cursor, which mouse, finger and arrow keys move; else the last ones.
 */
export function chart(place, { start, step, unit, series, height = 210, zero = false, at = null }) {
  const length = Math.max(0, ...series.map(one => (one.values || one.band[0]).length));
  const shown = series.filter(one => one.band || one.values.some(v => v != null));
  if (!length || !shown.length) {
    place.replaceChildren(h("p", { class: "empty" }, "Nothing yet: the first slot has not closed."));
    return;
  }
  const all = shown.flatMap(one => one.band ? [...one.band[0], ...one.band[1]] : one.values).filter(v => v != null);
  let low = Math.min(...all), high = Math.max(...all);
  if (zero || shown.some(one => one.bars)) low = Math.min(0, low), high = Math.max(0, high);
  if (high - low < 1e-9) high = low + 1;
  const room = (high - low) * 0.06;
  if (low !== 0) low -= room;
  high += room;
  const WIDTH = widthOf(place), { svg, y } = frame(WIDTH, height, low, high, unit);
  const x = i => LEFT + (i + 0.5) / length * (WIDTH - LEFT - RIGHT), width = (WIDTH - LEFT - RIGHT) / length;
  const barred = shown.filter(one => one.bars).length;
  let bar = 0;
  for (const one of shown) {
    if (one.band) {
      const pieces = [];
      one.band[0].forEach((v, i) => { if (v != null) pieces.push(`M${x(i) - width / 2} ${y(v)}h${width}V${y(one.band[1][i])}h${-width}z`); });
      svg.append(s("path", { d: pieces.join(""), class: `band f-${one.colour}` }));
    } else if (one.bars) {
      const each = Math.max(width * 0.82 / barred, 0.6), shift = (bar++ - barred / 2) * each;
      one.values.forEach((v, i) => { if (v) svg.append(s("rect", { x: x(i) + shift, y: Math.min(y(v), y(0)), width: each, height: Math.max(Math.abs(y(v) - y(0)), 0.5), class: "c-" + one.colour })); });
    } else {
      let path = "", pen = false;
      one.values.forEach((v, i) => {
        if (v == null) { pen = false; return; }
        path += pen ? `H${x(i) - width / 2}V${y(v)}H${x(i) + width / 2}` : `M${x(i) - width / 2} ${y(v)}H${x(i) + width / 2}`;
        pen = true;
      });
      svg.append(s("path", { d: path, class: "c-" + one.colour, "stroke-dasharray": one.dash }));
    }
  }
  const long = length * step > 36 * 3600e3;
  const every = [1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168, 336].find(hours => length * step / (hours * 3600e3) <= WIDTH / 90) * 3600e3 || length * step / 6;
  for (let t = Math.ceil(start / every) * every; t <= start + length * step; t += every) {
    const at = LEFT + (t - start) / (length * step) * (WIDTH - LEFT - RIGHT);
    const label = every >= 24 * 3600e3 || (long && t % 864e5 === 0) ? day.format(t) : time(t);
    svg.append(s("line", { x1: at, x2: at, y1: height - BOTTOM, y2: height - BOTTOM + 4, class: "axis" }));
    svg.append(s("text", { x: Math.min(Math.max(at, LEFT + 12), WIDTH - 24), y: height - 6, "text-anchor": "middle" }, label));
  }
  const cursor = s("line", { y1: TOP, y2: height - BOTTOM, class: "cursor", visibility: "hidden" });
  svg.append(cursor);
  if (at != null && at >= 0 && at < length) svg.append(s("line", { x1: x(at) + width / 2, x2: x(at) + width / 2, y1: TOP, y2: height - BOTTOM, class: "now" }));
  const legend = h("div", { class: "legend" });
  let picked = place.picked ?? null;
  const show = () => {
    const i = picked == null || picked >= length ? at != null && at >= 0 && at < length ? at : length - 1 : picked;
    cursor.setAttribute("visibility", picked == null ? "hidden" : "visible");
    cursor.setAttribute("x1", x(i)); cursor.setAttribute("x2", x(i));
    const cells = shown.map(one => h("span", {}, sample(one), one.name + " ", h("b", {}, one.band
      ? `${number(one.band[0][i], one.digits ?? 2)} … ${number(one.band[1][i], one.digits ?? 2)}` : number(one.values[i], one.digits ?? 2))));
    legend.replaceChildren(...cells, h("span", { class: "soft" }, `${picked == null && (at == null || at === length - 1) ? "last slot" : "slot"} ${long ? day.format(start + i * step) + " " : ""}${time(start + i * step)}`));
    svg.setAttribute("aria-label", legend.textContent + ", " + unit);
    place.picked = picked;
  };
  const move = event => {
    const box = svg.getBoundingClientRect();
    const i = Math.floor(((event.clientX - box.left) / box.width * WIDTH - LEFT) / width);
    picked = i >= 0 && i < length ? i : null;
    show();
  };
  svg.addEventListener("pointermove", move);
  svg.addEventListener("pointerdown", move);
  svg.addEventListener("pointerleave", () => { picked = null; show(); });
  svg.addEventListener("keydown", event => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -length, End: length }[event.key];
    if (!by) return;
    event.preventDefault();
    picked = Math.min(Math.max((picked ?? length - 1) + by, 0), length - 1);
    show();
  });
  show();
  const focused = place.contains(document.activeElement);
  place.replaceChildren(legend, h("div", { class: "chart" }, svg));
  if (focused) svg.focus({ preventScroll: true });
}

/** Demand and supply: [{rate, energy (null: without limit)}], the dearest bid and the cheapest offer first. */
export function curve(place, { bids, offers, rates, height = 260 }) {
  const finite = list => list.reduce((sum, order) => sum + (order.energy ?? 0), 0);
  const reach = Math.max(finite(bids), finite(offers)) * 1.08;
  if (!(reach > 0) && !offers.some(o => o.energy == null)) {
    place.replaceChildren(h("p", { class: "empty" }, "No orders yet. They are placed from tick to tick and end with their slot: press Tick to see them come."));
    return;
  }
  const wide = reach || 1, levels = [...bids, ...offers].map(o => o.rate).concat(rates.map(r => r.rate)).filter(Number.isFinite);
  let low = Math.min(0, ...levels), high = Math.max(...levels) * 1.08 || 1;
  const WIDTH = widthOf(place), { svg, y } = frame(WIDTH, height, low, high, "ct/kWh");
  const x = v => LEFT + Math.min(v / wide, 1) * (WIDTH - LEFT - RIGHT);
  const path = list => {
    let sum = 0, d = "";
    for (const order of list) {
      d += (d ? "V" : `M${x(0)} `) + y(order.rate);
      sum = order.energy == null ? wide : sum + order.energy;
      d += `H${x(sum)}`;
    }
    return d;
  };
  for (const r of rates.filter(one => Number.isFinite(one.rate))) {
    svg.append(s("path", { d: `M${LEFT} ${y(r.rate)}H${WIDTH - RIGHT}`, class: "c-" + r.colour, "stroke-dasharray": r.dash }));
  }
  svg.append(s("path", { d: path(bids), class: "c-blue" }), s("path", { d: path(offers), class: "c-orange", "stroke-dasharray": "7 2" }));
  for (const v of steps(0, wide, WIDTH / 120)) svg.append(s("text", { x: x(v), y: height - 6, "text-anchor": "middle" }, number(v, wide < 1 ? 2 : wide < 20 ? 1 : 0) + (v === 0 ? " kWh" : "")));
  const legend = h("div", { class: "legend" },
    h("span", {}, sample({ colour: "blue" }), "demand: who pays this much buys ", h("b", {}, number(finite(bids)) + " kWh")),
    h("span", {}, sample({ colour: "orange", dash: "7 2" }), "supply: offered at this or less ", h("b", {}, offers.some(o => o.energy == null) ? "without limit" : number(finite(offers)) + " kWh")),
    rates.filter(r => Number.isFinite(r.rate)).map(r => h("span", {}, sample(r), r.name + " ", h("b", {}, number(r.rate)))));
  svg.setAttribute("aria-label", legend.textContent);
  place.replaceChildren(legend, h("div", { class: "chart" }, svg));
}

/** A table whose columns sort: columns [{name, of: row => value, cell: row => node or text, left}]. */
export function table(columns, rows, { sort, onsort, empty = "Nothing here." } = {}) {
  if (!rows.length) return h("p", { class: "empty" }, empty);
  const head = h("tr", {}, columns.map((column, i) => h("th", {
    scope: "col", class: column.left ? "left" : null,
    "aria-sort": sort && sort.by === i ? (sort.down ? "descending" : "ascending") : null,
  }, onsort && column.of ? h("button", { type: "button", onclick: () => onsort(i) }, column.name) : column.name)));
  const body = rows.map(row => h("tr", {}, columns.map(column => {
    const cell = column.cell(row);
    return cell instanceof HTMLTableCellElement ? cell : h("td", { class: column.left ? "left" : null }, cell);
  })));
  return h("div", { class: "scroll" }, h("table", {}, h("thead", {}, head), h("tbody", {}, body)));
}

export function tile(name, value, unit, note, kind) {
  return h("div", { class: "tile" }, h("div", { class: "name" }, name),
    h("div", { class: "value" + (kind ? " " + kind : "") }, value, " ", h("small", {}, unit || "")), note ? h("div", { class: "note" }, note) : null);
}
