// What chart.js draws, by uPlot: dragging across it zooms, a double click or Escape shows all again.
import { h, number, time, weekday } from "./draw.js";

let styled = false;
function style() {
  if (!styled) document.head.prepend(h("link", { rel: "stylesheet", href: "uplot.css" }));
  styled = true;
}

const colour = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const dashes = dash => dash ? dash.split(" ").map(Number) : undefined;
const kindOf = what => what.shown.map(one => one.name + (one.band ? "b" : one.bars ? "r" : "l")).join() + what.unit + what.height + (what.at != null);

/** Slots as columns: each begins at its x, and the last one ends where one more would begin. */
function columns(what) {
  const { length, start, step } = what, after = values => [...values, values[length - 1] ?? null];
  const data = [Array.from({ length: length + 1 }, (_, i) => (start + i * step) / 1000)];
  for (const one of what.shown) {
    if (one.band) data.push(after(one.band[0]), after(one.band[1]));
    else data.push(one.bars ? [...one.values, null] : after(one.values));
  }
  return data;
}

function series(uPlot, what) {
  const stepped = uPlot.paths.stepped({ align: 1 }), bars = uPlot.paths.bars({ size: [0.8, Infinity], align: 1 });
  const list = [{}], bands = [], none = { stroke: "transparent", width: 0, paths: stepped, points: { show: false } };
  for (const one of what.shown) {
    if (one.band) {
      bands.push({ series: [list.length + 1, list.length], fill: colour(one.colour) + "33" });
      list.push(none, none);
    } else {
      list.push({ stroke: colour(one.colour), width: one.bars ? 0 : 2, dash: dashes(one.dash), points: { show: false },
        fill: one.bars ? colour(one.colour) : undefined, paths: one.bars ? bars : stepped });
    }
  }
  return { list, bands };
}

const hourly = (u, values) => values.map(v => v % 86400 === 0 && u.what.long ? weekday(v * 1000) : time(v * 1000));
const HOURS = [1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168, 336].map(hours => hours * 3600);

function options(uPlot, place, what, show) {
  const { list, bands } = series(uPlot, what), lines = { stroke: colour("line"), width: 1 };
  const font = "11px system-ui, sans-serif", stroke = colour("soft");
  return {
    tzDate: t => uPlot.tzDate(new Date(t * 1000), "Etc/UTC"),
    width: place.clientWidth, height: what.height, series: list, bands, legend: { show: false }, padding: [8, 20, 0, 0],
    scales: { x: { time: true }, y: { range: u => [u.what.low, u.what.high] } },
    cursor: {
      y: false, points: { show: false }, drag: { x: true, y: false },
      dataIdx: (u, which, index, x) => Math.min(Math.max(Math.floor((x * 1000 - u.what.start) / u.what.step), 0), u.what.length - 1),
    },
    axes: [
      { values: hourly, incrs: [300, 900, 1800, ...HOURS], space: 70, size: 28, font, stroke, grid: { show: false }, ticks: { ...lines, size: 5 } },
      { size: 46, font, stroke, grid: lines, ticks: { show: false }, values: (u, values) => {
        const by = values.length > 1 ? values[1] - values[0] : 1;
        return values.map(v => number(v, by < 0.0999 ? 2 : by < 0.999 ? 1 : 0));
      } },
    ],
    hooks: { setCursor: [show], setScale: [u => { u.zoomed = u.scales.x.max - u.scales.x.min < (u.what.length - 0.5) * u.what.step / 1000; }], draw: [now] },
    plugins: [{ hooks: { init: u => { u.what = what; } } }],
  };
}

/** The line where time stands, of a run that is over. */
function now(u) {
  u.now?.remove();
  u.now = null;
  const { at, start, step } = u.what;
  if (at == null) return;
  const left = u.valToPos((start + (at + 1) * step) / 1000, "x");
  if (left < 0 || left > u.over.clientWidth + 1) return;
  u.now = h("div", { class: "now", css: { left: left + "px" } });
  u.over.append(u.now);
}

function make(uPlot, place, what) {
  const legend = h("div", { class: "legend" }), box = h("div", { class: "chart", role: "img", tabindex: "0" });
  place.replaceChildren(legend, h("div", { class: "unit" }, what.unit), box);
  const show = u => {
    const i = u.what.tell(legend, u.cursor.left >= 0 ? u.cursor.idx : null);
    box.setAttribute("aria-label", `${legend.textContent}, ${u.what.unit}`);
    return i;
  };
  const u = new uPlot(options(uPlot, box, what, show), columns(what), box);
  box.addEventListener("keydown", event => {
    if (event.key === "Escape") u.setScale("x", { min: u.data[0][0], max: u.data[0][u.what.length] });
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -u.what.length, End: u.what.length }[event.key];
    if (!by) return;
    event.preventDefault();
    const before = u.cursor.left >= 0 ? u.cursor.idx : u.what.length - 1;
    const i = Math.min(Math.max(before + by, 0), u.what.length - 1);
    u.setCursor({ left: u.valToPos(u.data[0][i] + u.what.step / 2000, "x"), top: 10 });
  });
  box.addEventListener("blur", () => u.setCursor({ left: -10, top: -10 }));
  return { u, show, kind: kindOf(what), scheme: colour("ink") };
}

export function plot(uPlot, place, what) {
  style();
  let drawn = place.drawn;
  if (!drawn || !drawn.u.root.isConnected || drawn.kind !== kindOf(what) || drawn.scheme !== colour("ink")) {
    drawn?.u.destroy();
    drawn = place.drawn = make(uPlot, place, what);
  } else {
    const { u } = drawn;
    u.what = what;
    if (u.width !== u.root.parentNode.clientWidth) u.setSize({ width: u.root.parentNode.clientWidth, height: what.height });
    u.setData(columns(what), !u.zoomed);
    if (u.zoomed) u.redraw();
  }
  drawn.show(drawn.u);
}
