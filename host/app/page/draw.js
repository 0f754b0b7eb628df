// Elements, numbers and what charts share.

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
export function s(tag, attributes, ...children) {
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
export const weekday = ms => day.format(ms);
export const moment = ms => date.format(ms);

/** Round numbers from low to high, about as many as wanted. */
export function steps(low, high, wanted) {
  const raw = (high - low || 1) / wanted, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(f => f * power).find(f => f >= raw);
  const list = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-9; v += step) list.push(Math.abs(v) < step * 1e-9 ? 0 : v);
  return list;
}

/** How a series looks, for legends. */
export function sample(series) {
  const svg = s("svg", { viewBox: "0 0 26 10", "aria-hidden": "true" });
  if (series.bars || series.band) svg.append(s("rect", { x: 2, y: 1, width: 22, height: 8, class: "c-" + series.colour + (series.band ? " band" : "") }));
  else svg.append(s("path", { d: "M0 5H26", fill: "none", "stroke-width": 2.5, class: "c-" + series.colour, "stroke-dasharray": series.dash }));
  return svg;
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
