// The editor of scripts by CodeMirror: what editor.js asks for, bundled with all that it needs at build time.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lua } from "@codemirror/legacy-modes/mode/lua";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null], color: "var(--purple)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--green)" },
  { tag: tags.number, color: "var(--orange)" },
  { tag: [tags.standard(tags.variableName), tags.standard(tags.name)], color: "var(--blue)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "13px" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "-3px" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace', lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".6rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--mark)", color: "var(--soft)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--mark)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--select)" },
  ".cm-wrong": { backgroundColor: "var(--wrong)" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "7px", maxWidth: "34rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--blue)", color: "var(--paper)" },
  ".cm-completionDetail": { color: "inherit", opacity: ".7" },
  ".cm-panels": { backgroundColor: "var(--mark)", color: "var(--ink)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", fontFamily: "inherit" },
});

const wrong = StateEffect.define(), line = Decoration.line({ class: "cm-wrong" });
const wrongLines = StateField.define({
  create: () => Decoration.none,
  update(marks, change) {
    for (const effect of change.effects) if (effect.is(wrong)) return Decoration.set(effect.value.map(from => line.range(from)), true);
    return marks.map(change.changes);
  },
  provide: field => EditorView.decorations.from(field),
});

/** An editor in @p place; words(before, whole): what may follow; keys: {check, work} are called for Ctrl+S and Ctrl+Enter. */
function make(place, { text, changed, readOnly, words, keys }) {
  const root = place.attachShadow({ mode: "open" }); // in it styles are those of scripts, which the page's policy allows
  const press = name => () => { keys[name](); return true; };
  const complete = context => {
    const whole = context.state.doc.toString(), { begun, list } = words(whole.slice(0, context.pos), whole);
    if (!context.explicit && !begun && !/[.:{]\s*$/.test(whole.slice(0, context.pos))) return null;
    return { from: context.pos - begun.length, options: list, validFor: /^\w*$/ };
  };
  const view = new EditorView({ parent: root, root, state: EditorState.create({ doc: text, extensions: [
    keymap.of([{ key: "Mod-s", run: press("check"), preventDefault: true }, { key: "Mod-Enter", run: press("work") }]),
    lineNumbers(), highlightSpecialChars(), history(), drawSelection(), highlightActiveLine(), highlightActiveLineGutter(),
    StreamLanguage.define(lua), syntaxHighlighting(colours), bracketMatching(), closeBrackets(), indentOnInput(), indentUnit.of("  "),
    highlightSelectionMatches(), autocompletion({ override: [complete] }), lintGutter(), wrongLines, theme, EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({ "aria-label": "text of the script; Escape, then Tab, leaves it" }),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...lintKeymap, ...historyKeymap, indentWithTab, ...defaultKeymap]),
    EditorView.updateListener.of(update => { if (update.docChanged) changed(); }),
  ] }) });
  return {
    get text() { return view.state.doc.toString(); },
    set text(value) {
      if (value !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
    },
    mark(problems, show) {
      const doc = view.state.doc, known = problems.filter(one => one.line >= 1 && one.line <= doc.lines);
      const places = known.map(one => ({ ...doc.line(one.line), message: one.message }));
      view.dispatch(setDiagnostics(view.state, places.map(one => ({ from: one.from + one.text.search(/\S|$/), to: one.to, severity: "error", message: one.message }))));
      view.dispatch({ effects: [wrong.of([...new Set(places.map(one => one.from))].sort((a, b) => a - b)),
        ...(show && places.length ? [EditorView.scrollIntoView(places[0].from, { y: "center" })] : [])] });
    },
  };
}

export default make;
