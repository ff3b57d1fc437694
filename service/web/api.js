// Asks the service; a refusal becomes an Error that speaks the language of the page.

import { lang, t } from "./words.js";

export async function ask(path, parameters = {}, signal = undefined) {
  const given = Object.entries(parameters).filter(([, value]) => value != null && value !== "");
  const query = new URLSearchParams(given).toString();
  let answer;
  try {
    answer = await fetch(query ? `${path}?${query}` : path, { signal, headers: { Accept: "application/json" } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(t("offline"), { cause: error });
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error((lang() === "en" ? body.detail_en : body.detail) || t("offline"));
  return body;
}
