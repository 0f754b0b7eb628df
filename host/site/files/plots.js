// Puts a plot that can be zoomed and read off (uPlot) in the place of each drawing. Without it the drawings stay.
(function () {
  "use strict";
  if (typeof uPlot === "undefined") return;
  var dashes = [[], [7, 3], [2, 3], [9, 3, 2, 3]];
  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }
  function hours(u, values, gap) {
    return values.map(function (v) {
      var t = new Date(v * 1000).toISOString();
      return t.slice(11, 16) === "00:00" ? t.slice(8, 10) + "." + t.slice(5, 7) + "." : t.slice(11, 16);
    });
  }
  function draw(figure) {
    var plot = JSON.parse(figure.querySelector("script").textContent);
    var place = figure.querySelector(".place"), drawing = figure.querySelector(".drawing");
    var axis = { stroke: colour("--faint"), grid: { stroke: colour("--edge"), width: 1 }, ticks: { stroke: colour("--edge") } };
    var series = [{ label: "UTC", value: function (u, v) { return v == null ? "-" : new Date(v * 1000).toISOString().slice(0, 16).replace("T", " "); } }];
    plot.lines.forEach(function (line, i) {
      series.push({
        label: line.name, stroke: colour("--c" + (i % 8)), width: 2, dash: dashes[i % 4], points: { show: false },
        paths: plot.step ? uPlot.paths.stepped({ align: 1 }) : undefined,
        value: function (u, v) { return v == null ? "-" : v.toFixed(2) + " " + plot.unit; },
      });
    });
    place.textContent = "";
    drawing.hidden = true;
    function size() { return { width: place.clientWidth, height: place.clientWidth < 500 ? 220 : 260 }; }
    var u = new uPlot({
      width: size().width, height: size().height, series: series,
      scales: { x: { time: true } }, tzDate: function (t) { return uPlot.tzDate(new Date(t * 1000), "Etc/UTC"); },
      axes: [Object.assign({ values: hours }, axis), Object.assign({ size: 56 }, axis)],
    }, [plot.x].concat(plot.lines.map(function (line) { return line.y; })), place);
    if (figure.observer) figure.observer.disconnect();
    if (typeof ResizeObserver === "undefined") return;
    figure.observer = new ResizeObserver(function () { if (place.clientWidth !== u.width) u.setSize(size()); });
    figure.observer.observe(place); // also when a scroll bar comes, or a phone is turned
  }
  function all() { document.querySelectorAll("figure.plot").forEach(draw); }
  all();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
})();
