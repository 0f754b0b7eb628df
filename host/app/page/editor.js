// The editor of a script: CodeMirror where it was built in, else a plain one with line numbers, in which Tab makes two blanks
// (Escape, then Tab, leaves both). Lines that are wrong are marked.
import { h } from "./draw.js";
import { follow, read } from "./words.js";

function plain(place, { text, changed, readOnly, keys }) {
  const lines = h("pre", { "aria-hidden": "true" });
  const area = h("textarea", { spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", readonly: readOnly, "aria-label": "text of the script; Escape, then Tab, leaves it" });
  let marked = new Set(), leaving = false;
  const number = () => {
    const count = area.value.split("\n").length;
    lines.replaceChildren(...Array.from({ length: count }, (_, i) => marked.has(i + 1) ? h("span", { class: "hit" }, String(i + 1)) : i + 1 + "\n"));
    lines.scrollTop = area.scrollTop;
  };
  area.value = text;
  area.addEventListener("scroll", () => { lines.scrollTop = area.scrollTop; });
  area.addEventListener("input", () => { number(); changed(); });
  area.addEventListener("keydown", event => {
    const key = event.ctrlKey || event.metaKey ? { s: "check", Enter: "work" }[event.key] : null;
    if (key) { event.preventDefault(); keys[key](); }
    if (event.key === "Tab" && !leaving && !event.shiftKey && !readOnly) {
      event.preventDefault();
      area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
      number();
      changed();
    }
    leaving = event.key === "Escape";
  });
  place.append(lines, area);
  number();
  return {
    get text() { return area.value; },
    set text(value) { if (area.value !== value) { area.value = value; number(); } },
    mark(problems, show) {
      marked = new Set(problems.map(one => one.line));
      number();
      if (show && problems.length) area.scrollTop = (problems[0].line - 6) * (area.scrollHeight / area.value.split("\n").length);
    },
  };
}

let classes = null;
async function annotations() {
  if (!classes) classes = read(await (await fetch("lunagrid.lua")).text());
  return classes;
}

/**
 * An editor with @p text. changed() is called when somebody has typed; keys: {check, work}. It has an element, the text,
 * and mark([{line, message}], show): lines that are wrong, from 1 on, the first of which is brought into sight.
 */
export async function editor(what) {
  const made = (await import("./codemirror.js").catch(() => ({}))).default;
  const place = h("div", { class: made ? "editor rich" : "editor" });
  let known = new Map();
  if (made) known = await annotations().catch(() => known);
  const edit = made ? made(place, { ...what, words: (before, whole) => follow(known, before, whole) }) : plain(place, what);
  edit.element = place;
  return edit;
}
