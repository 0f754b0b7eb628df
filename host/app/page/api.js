// Asking the host: the token, requests, and the stream of what happens.

const fragment = new URLSearchParams(location.hash.slice(1));
if (fragment.get("token")) {
  sessionStorage.setItem("token", fragment.get("token"));
  history.replaceState(null, "", location.pathname + "#/"); // the secret is not left in sight, nor in a history
}
export const token = sessionStorage.getItem("token") || "";

export class Refused extends Error {
  constructor(code, word, message) {
    super(message);
    this.code = code;
    this.word = word;
  }
}

function headers(more) {
  return token ? { ...more, Authorization: "Bearer " + token } : { ...more };
}

async function answer(response) {
  const text = await response.text();
  let body = null;
  try { body = JSON.parse(text); } catch { /* not JSON: told below */ }
  if (!response.ok) {
    const error = (body && body.error) || {};
    throw new Refused(response.status, error.code || "failed", error.message || "the host answered " + response.status);
  }
  return body;
}

export async function get(path) {
  return answer(await fetch("api/v1/" + path, { headers: headers({}), cache: "no-store" }));
}

export async function post(path, body) {
  return answer(await fetch("api/v1/" + path, {
    method: "POST", headers: headers({ "Content-Type": "application/json" }), body: JSON.stringify(body),
  }));
}

/** Saves an answer as a file; a plain link could not carry the token. */
export async function download(path, name) {
  const response = await fetch(path, { headers: headers({}) });
  if (!response.ok) return answer(response);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** Server-sent events read by hand, since EventSource sends no headers. Calls heard(event, data); lost(error) when the
 * connection breaks, and tries again, slower and slower, until it is there. */
export async function listen(heard, lost) {
  for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
    try {
      const response = await fetch("api/v1/stream", { headers: headers({}), cache: "no-store" });
      if (!response.ok) await answer(response);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        wait = 250;
        const parts = (rest + value).split("\n\n");
        rest = parts.pop();
        for (const part of parts) {
          const event = /^event: (.*)$/m.exec(part), data = /^data: (.*)$/m.exec(part);
          if (event && data) heard(event[1], JSON.parse(data[1]));
        }
      }
      lost(null);
    } catch (error) {
      lost(error);
    }
    await new Promise(done => setTimeout(done, wait));
  }
}
