// What a refused or failed request looks like, in its place: the sentence, what to do about it, the key where one is needed, another try.

import { el } from "./dom.js";
import { openKey } from "./key_dialog.js";
import { lang, number, t } from "./words.js";

const KEY_NEEDED = 401;
const KEY_TOO_SMALL = 403;
const TOO_OFTEN = 429;
// A hint that names a request or a command is meant for whoever writes a program, or runs the service.
const FOR_PROGRAMS = /\b(GET|POST|DELETE) \/|\bdiachiso [a-z]/;
// What is not there, has another state, or cannot be read is the same the next time.
const FOR_GOOD = [404, 409, 410, 422];

// `error` is that of api.js; `onRetry` asks again, with all that was typed still there; `fields` are the labels of the form by the names of the service.
export function drawProblem(host, error, { onRetry, fields } = {}) {
  host.replaceChildren(problem(error, { onRetry, fields }));
}

// What is wrong in a form, each field by its label (without what stands in brackets) in place of its name.
export function inForm(error, fields) {
  const wrong = error.body?.errors?.filter(({ pointer = "" }) => fields[pointer.slice(1)]) ?? [];
  if (!wrong.length || wrong.length < error.body.errors.length) return error.message;
  return wrong.map((each) => ((lang() === "en" && each.detail_en) || each.detail).replace(each.pointer.slice(1), `“${fields[each.pointer.slice(1)].replace(/ \(.*\)$/, "")}”`)).join(" ");
}

export function problem(error, { onRetry, fields = {} } = {}) {
  // What is no answer of the service is a fault of the page: it must not hide behind a sentence.
  if (error.status === undefined) console.error(error);
  const again = FOR_GOOD.includes(error.status) ? undefined : onRetry;
  const keyed = [KEY_NEEDED, KEY_TOO_SMALL, TOO_OFTEN].includes(error.status);
  return el("div", { class: "notice error", role: "alert" },
    el("p", {}, inForm(error, fields), error.hint && !keyed && !FOR_PROGRAMS.test(error.hint) ? ` ${error.hint}` : ""),
    error.status === TOO_OFTEN ? el("p", {}, t("keyWait", { n: number(Math.max(error.wait, 1)) })) : null,
    keyed ? el("p", {}, t(`keyHelp${error.status}`), " ", el("a", { href: "/du-lieu#key-how" }, t("keyHow"))) : null,
    keyed || again ? el("div", { class: "actions" },
      keyed ? el("button", { type: "button", class: "plain enter-key", onclick: openKey }, t("keyEnter")) : null,
      again ? el("button", { type: "button", class: "plain retry", onclick: again }, t("retry")) : null) : null);
}
