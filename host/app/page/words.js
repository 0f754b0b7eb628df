// What a script may say at a place, read from the annotations that editors use (scripts/meta/lunagrid.lua).

const LUA = "and break do else elseif end false for function goto if in local nil not or repeat return then true until while".split(" ");
const LIBRARY = "assert error ipairs math next pairs pcall print require select string table tonumber tostring type utf8".split(" ");

/** Classes with their fields and functions: Map of name to [{label, type, detail, info}]. */
export function read(text) {
  const classes = new Map(), of = name => classes.get(name) ?? classes.set(name, []).get(name);
  let open = null, said = [], overload = "";
  for (const line of text.split("\n")) {
    let m;
    if ((m = /^---@class lunagrid\.(\w+)/.exec(line))) open = of(m[1]);
    else if ((m = /^---@field (\w+)\?? (.*?)(?: # (.*))?$/.exec(line))) open?.push({ label: m[1], type: m[2].startsWith("fun(") ? "method" : "property", detail: m[2], info: m[3] });
    else if ((m = /^---@overload .*command: \{(.*)\}\)/.exec(line))) overload = m[1];
    else if ((m = /^---([^@].*)$/.exec(line))) said.push(m[1]);
    else if ((m = /^function (\w+)[.:](\w+)\((.*)\) end$/.exec(line))) {
      of(m[1] === "grid" ? "Grid" : m[1]).push({ label: m[2], type: "method", detail: `(${m[3]})`, info: said.join(" "), keys: keysOf(overload) });
      said = [];
    } else if (!line.startsWith("---")) { said = []; overload = ""; open = null; }
  }
  return classes;
}

/** "asset: Asset|string, rate?: number" as words. */
function keysOf(overload) {
  return [...overload.matchAll(/(?:^|, )(\w+)\??: /g)].map(m => ({ label: m[1], type: "property", apply: m[1] + " = " }));
}

const classOf = type => /lunagrid\.(\w+)/.exec(type ?? "")?.[1];

/** The class that a name has in this text, as far as its text says. */
function guess(classes, text, name) {
  if (name === "grid") return "Grid";
  const callback = new RegExp(`(on_\\w+)\\s*(?:=\\s*function\\s*)?\\(\\s*${name}\\s*[,)]`).exec(text);
  const field = callback && classes.get("Agent")?.find(one => one.label === callback[1]);
  if (field) return classOf(field.detail);
  const each = new RegExp(`for\\s+\\w+\\s*,\\s*${name}\\s+in\\s+ipairs\\s*\\(\\s*[\\w.]*?(\\w+)\\s*\\)`).exec(text);
  if (each) for (const fields of classes.values()) for (const one of fields) if (one.label === each[1] && one.detail.includes("[]")) return classOf(one.detail);
  return { m: "Info", market: "Info", market_info: "Info", info: "Info", a: "Asset", asset: "Asset", trade: "Trade", message: "Message" }[name];
}

/** What may follow @p before, the text from the beginning to the place: [{label, ...}], and how long the begun word is. */
export function follow(classes, before, whole) {
  const begun = /\w*$/.exec(before)[0], rest = before.slice(0, before.length - begun.length);
  const path = /([A-Za-z_][\w.]*)[.:]$/.exec(rest);
  if (path) {
    const [name, ...fields] = path[1].split(".");
    let known = guess(classes, whole, name);
    for (const field of fields) known = classOf(classes.get(known)?.find(one => one.label === field)?.detail);
    if (known) return { begun, list: classes.get(known) ?? [] };
    return { begun, list: [...classes].filter(([one]) => ["Info", "Asset", "Market"].includes(one)).flatMap(([one, fields]) => fields.map(field => ({ ...field, detail: `${one}: ${field.detail}` }))) };
  }
  const call = /[.:](\w+)\s*\(?\s*\{([^{}]*)$/.exec(rest), key = /(^|,)\s*$/;
  if (call && key.test(call[2])) {
    const method = [...classes.values()].flat().find(one => one.label === call[1] && one.keys);
    if (method) return { begun, list: method.keys };
  }
  const own = [...new Set(whole.match(/[A-Za-z_]\w{2,}/g))].filter(word => word !== begun).map(label => ({ label, type: "variable", boost: -1 }));
  const known = [...LUA.map(label => ({ label, type: "keyword" })), ...[...LIBRARY, "grid", "params", "state"].map(label => ({ label, type: "function" })),
    ...(classes.get("Agent") ?? []).map(one => ({ ...one, detail: "callback" }))];
  const taken = new Set(known.map(one => one.label));
  return { begun, list: [...known, ...own.filter(one => !taken.has(one.label))] };
}
