// Asks the service; a refusal becomes an Error that speaks the language of the page.

import { lang, t } from "./words.js";

export function ask(path, parameters = {}, signal = undefined) {
  const given = Object.entries(parameters).filter(([, value]) => value != null && value !== "");
  const query = new URLSearchParams(given).toString();
  return answered(query ? `${path}?${query}` : path, { signal, headers: { Accept: "application/json" } });
}

export function tell(path, body, signal = undefined) {
  return answered(path, { method: "POST", signal, headers: { Accept: "application/json", "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

// `error.wait` is for how many seconds the service asks one to wait, 0 where it does not.
async function answered(address, request) {
  let answer;
  try {
    answer = await fetch(address, request);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(t("offline"), { cause: error });
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw Object.assign(new Error((lang() === "en" ? body.detail_en : body.detail) || t("offline")), { wait: Number(answer.headers.get("Retry-After")) || 0 });
}
