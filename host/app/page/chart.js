// Values over time, and the curves of demand and supply. Where uPlot was built in, it draws what goes over time and can be
// zoomed (plot.js); else that is SVG made anew on each change: some hundred points, twice a second at most.
import { h, number, s, sample, steps, time, weekday } from "./draw.js";
import { plot } from "./plot.js";

const uPlot = (await import("./uplot.js").catch(() => ({}))).default;
/** Whether parts that others made were built in. */
export const hasOthers = Boolean(uPlot);

const LEFT = 46, RIGHT = 12, TOP = 20, BOTTOM = 22;

/** Text stays as large as text is: the drawing is as wide as its place. */
const widthOf = place => Math.max(280, place.clientWidth || 760);

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

function reach(shown, zero) {
  const all = shown.flatMap(one => one.band ? [...one.band[0], ...one.band[1]] : one.values).filter(v => v != null);
  let low = all.reduce((a, b) => Math.min(a, b), Infinity), high = all.reduce((a, b) => Math.max(a, b), -Infinity);
  if (zero || shown.some(one => one.bars)) low = Math.min(0, low), high = Math.max(0, high);
  if (high - low < 1e-9) high = low + 1;
  const room = (high - low) * 0.06;
  return { low: low === 0 ? 0 : low - room, high: high + room };
}

/** The legend with the values of slot i. */
function tell(legend, { shown, start, step, length, long, at }, i, picked) {
  const cells = shown.map(one => h("span", {}, sample(one), one.name + " ", h("b", {}, one.band
    ? `${number(one.band[0][i], one.digits ?? 2)} … ${number(one.band[1][i], one.digits ?? 2)}` : number(one.values[i], one.digits ?? 2))));
  const latest = !picked && (at == null || at === length - 1);
  legend.replaceChildren(...cells, h("span", { class: "soft" }, `${latest ? "last slot" : "slot"} ${long ? weekday(start + i * step) + " " : ""}${time(start + i * step)}`));
}

/**
 * Values over time. series: [{name, values, colour, dash, bars, band: [lows, highs], digits}]; start and step in ms; at: the
 * slot that is "now". The legend shows the values under the cursor, which mouse, finger and arrow keys move; else the last ones.
 */
export function chart(place, { start, step, unit, series, height = 210, zero = false, at = null }) {
  const length = Math.max(0, ...series.map(one => (one.values || one.band[0]).length));
  const shown = series.filter(one => one.band || one.values.some(v => v != null));
  if (!length || !shown.length) {
    place.replaceChildren(h("p", { class: "empty" }, "Nothing yet: the first slot has not closed."));
    return;
  }
  const what = { start, step, unit, shown, height, length, ...reach(shown, zero), long: length * step > 36 * 3600e3,
    at: at != null && at >= 0 && at < length ? at : null };
  what.tell = (legend, picked) => {
    const i = picked == null || picked >= length ? what.at ?? length - 1 : picked;
    tell(legend, what, i, picked != null);
    return i;
  };
  if (uPlot) plot(uPlot, place, what);
  else drawing(place, what);
}

function marks(svg, { shown, length, height }, x, y, width) {
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
}

function hours(svg, { start, step, length, long, height }, WIDTH) {
  const every = [1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168, 336].find(hours => length * step / (hours * 3600e3) <= WIDTH / 90) * 3600e3 || length * step / 6;
  for (let t = Math.ceil(start / every) * every; t <= start + length * step; t += every) {
    const at = LEFT + (t - start) / (length * step) * (WIDTH - LEFT - RIGHT);
    const label = every >= 24 * 3600e3 || (long && t % 864e5 === 0) ? weekday(t) : time(t);
    svg.append(s("line", { x1: at, x2: at, y1: height - BOTTOM, y2: height - BOTTOM + 4, class: "axis" }));
    svg.append(s("text", { x: Math.min(Math.max(at, LEFT + 12), WIDTH - 24), y: height - 6, "text-anchor": "middle" }, label));
  }
}

function drawing(place, what) {
  const { length, height, at } = what;
  const WIDTH = widthOf(place), { svg, y } = frame(WIDTH, height, what.low, what.high, what.unit);
  const x = i => LEFT + (i + 0.5) / length * (WIDTH - LEFT - RIGHT), width = (WIDTH - LEFT - RIGHT) / length;
  marks(svg, what, x, y, width);
  hours(svg, what, WIDTH);
  const cursor = s("line", { y1: TOP, y2: height - BOTTOM, class: "cursor", visibility: "hidden" });
  svg.append(cursor);
  if (at != null) svg.append(s("line", { x1: x(at) + width / 2, x2: x(at) + width / 2, y1: TOP, y2: height - BOTTOM, class: "now" }));
  const legend = h("div", { class: "legend" });
  let picked = place.picked ?? null;
  const show = () => {
    const i = what.tell(legend, picked);
    cursor.setAttribute("visibility", picked == null ? "hidden" : "visible");
    cursor.setAttribute("x1", x(i)); cursor.setAttribute("x2", x(i));
    svg.setAttribute("aria-label", legend.textContent + ", " + what.unit);
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
