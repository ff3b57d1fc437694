// Asks the service, with the key of this tab where there is one; a refusal becomes an Error that speaks the language of the page.

import { headers } from "./key.js";
import { lang, t } from "./words.js";

const JSON_KIND = { Accept: "application/json" };

export function ask(path, parameters = {}, signal = undefined) {
  return answered(addressOf(path, parameters), { signal, headers: { ...JSON_KIND, ...headers() } }).then(json);
}

export function tell(path, body, signal = undefined) {
  return answered(path, { method: "POST", signal, headers: { ...JSON_KIND, ...headers(), "Content-Type": "application/json" }, body: JSON.stringify(body) }).then(json);
}

export const remove = (path) => answered(path, { method: "DELETE", headers: { ...JSON_KIND, ...headers() } });

// Asks with a key that is not kept yet.
export const askWith = (key, path) => answered(path, { headers: { ...JSON_KIND, ...headers(key) } }).then(json);

// Returns the answer as a file: its Blob and the name that the service gives it.
export async function take(path, parameters = {}) {
  const answer = await answered(addressOf(path, parameters), { headers: headers() });
  const named = /filename="?([^";]+)"?/.exec(answer.headers.get("Content-Disposition") ?? "");
  return { blob: await answer.blob(), name: named?.[1] ?? "" };
}

// Nothing moves for so long: the connection is lost, though nobody says so. What has left whole may be looked at for longer.
const QUIET_MS = 60_000;
const ANSWER_MS = 180_000;

// Sends a form with a file; `onSent` is told the share that has left, from 0 to 1. Only XMLHttpRequest tells it.
export function send(path, form, { onSent = () => {}, signal } = {}) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    let [quiet, lost] = [0, false];
    const lose = () => { lost = true; request.abort(); };
    const watch = (most) => { clearTimeout(quiet); quiet = setTimeout(lose, most); };
    addEventListener("offline", lose);
    request.open("POST", path);
    for (const [name, value] of Object.entries({ ...JSON_KIND, ...headers() })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => { watch(QUIET_MS); if (event.lengthComputable) onSent(event.loaded / event.total); });
    request.upload.addEventListener("load", () => watch(ANSWER_MS));
    request.addEventListener("loadend", () => { clearTimeout(quiet); removeEventListener("offline", lose); });
    request.addEventListener("load", () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) done(body);
      else failed(refusal(body, request.status, request.getResponseHeader("Retry-After")));
    });
    request.addEventListener("error", () => failed(refusal({}, 0, null)));
    request.addEventListener("abort", () => failed(lost ? refusal({}, 0, null) : new DOMException("stopped", "AbortError")));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    watch(QUIET_MS);
    request.send(form);
  });
}

function addressOf(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value != null && value !== "");
  const query = new URLSearchParams(given).toString();
  return query ? `${path}?${query}` : path;
}

async function answered(address, request) {
  let answer;
  try {
    answer = await fetch(address, request);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw refusal({}, 0, null);
  }
  if (answer.ok) return answer;
  throw refusal(parsed(await answer.text().catch(() => "")), answer.status, answer.headers.get("Retry-After"));
}

const json = (answer) => answer.json().catch(() => ({}));

function parsed(text) {
  try { return JSON.parse(text); } catch { return {}; }
}

// `error.status` is 0 where nothing answered; `error.wait` for how many seconds the service asks one to wait, 0 where it does not.
function refusal(body, status, wait) {
  const words = (lang() === "en" ? body.detail_en : body.detail) || t(status ? "failed" : "offline", { status });
  return Object.assign(new Error(words), { status, body, hint: lang() === "en" ? (body.hint_en ?? "") : (body.hint ?? ""), wait: Number(wait) || 0 });
}
