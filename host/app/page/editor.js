// A plain editor for a script: line numbers, Tab for two blanks (Escape, then Tab, leaves it), a line that is marked.
import { h } from "./draw.js";

export function editor(text, changed) {
  const lines = h("pre", { "aria-hidden": "true" });
  const area = h("textarea", { spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", "aria-label": "text of the script; Escape, then Tab, leaves it" });
  let marked = 0, leaving = false;
  const number = () => {
    const count = area.value.split("\n").length;
    lines.replaceChildren(...Array.from({ length: count }, (_, i) => i + 1 === marked ? h("span", { class: "hit" }, String(i + 1)) : i + 1 + "\n"));
    lines.scrollTop = area.scrollTop;
  };
  area.value = text;
  area.addEventListener("scroll", () => { lines.scrollTop = area.scrollTop; });
  area.addEventListener("input", () => { number(); changed(); });
  area.addEventListener("keydown", event => {
    if (event.key === "Tab" && !leaving && !event.shiftKey) {
      event.preventDefault();
      area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
      number();
      changed();
    }
    leaving = event.key === "Escape";
  });
  number();
  return {
    element: h("div", { class: "editor" }, lines, area),
    get text() { return area.value; },
    set text(value) { area.value = value; number(); },
    /** Marks a line, from 1 on, and brings it into sight; 0: none. */
    mark(line) {
      marked = line;
      number();
      if (line) area.scrollTop = (line - 6) * (area.scrollHeight / area.value.split("\n").length);
    },
  };
}
