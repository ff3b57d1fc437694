// The verdict in words: what may be done with the answer, the code on its plate, the address in today's units, the other possibilities.

import { el } from "./dom.js";
import { lang, number, t } from "./words.js";

const SIGNS = { ACCEPT: "✓", CONFIRM: "!", AMBIGUOUS: "?", REJECT: "×", CHOSEN: "✓", POINT: "◎" };

export function drawAnswer(host, answer, { onCandidate }) {
  if (!answer) return host.replaceChildren();
  const rejected = answer.verdict === "REJECT";
  host.replaceChildren(el("article", { class: `card ${answer.verdict.toLowerCase()}` },
    verdict(answer),
    rejected ? null : plate(answer),
    rejected ? null : place(answer),
    list("changed", answer.changed),
    list("ignored", answer.ignored),
    candidates(answer, onCandidate)));
}

export function drawNotice(host, words, kind = "error") {
  host.replaceChildren(el("p", { class: `notice ${kind}`, role: kind === "error" ? "alert" : "status" }, words));
}

function verdict(answer) {
  const reason = lang() === "en" ? answer.reason_en : answer.reason;
  return el("header", { class: "verdict" },
    el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[answer.verdict]),
    el("div", {}, el("strong", {}, words(answer)), reason ? el("p", {}, reason) : null));
}

function plate(answer) {
  if (!answer.code) return el("div", { class: "no-code" }, el("strong", {}, t("noCode")), el("p", {}, t(answer.verdict === "ACCEPT" ? "noCodeAdd" : "noCodeHint")));
  const button = el("button", { type: "button", class: "copy", onclick: () => copy(answer.code, button) }, t("copy"));
  return el("div", { class: "plate-row" }, el("code", { class: "plate" }, answer.code), button);
}

// Only a door is delivered to; certainty about a street or a commune is said as such.
function words(answer) {
  const wide = answer.verdict === "ACCEPT" && answer.level !== "household";
  return wide ? t("ACCEPT_WIDE", { level: t(answer.level).toLowerCase() }) : t(answer.verdict);
}

async function copy(code, button) {
  let done = true;
  try { await navigator.clipboard.writeText(code); } catch { done = copyByHand(code); }
  button.textContent = done ? t("copied") : t("copyFailed");
  button.classList.toggle("done", done);
}

// Pages served without TLS have no clipboard interface.
function copyByHand(code) {
  const field = el("textarea", { readonly: true, class: "hidden" });
  field.value = code;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

function place(answer) {
  const [head, ...tail] = (answer.label ?? "").split(", ");
  const rows = [
    [t("level"), t(answer.level)],
    answer.unit?.postal_code ? [t("postal"), answer.unit.postal_code] : null,
    answer.accuracy_m ? [t("accuracy"), t("metres", { n: number(answer.accuracy_m) })] : null,
  ].filter(Boolean);
  return el("div", { class: "place" },
    el("p", { class: "address" }, el("b", {}, head), tail.length ? el("span", {}, tail.join(", ")) : null),
    el("dl", { class: "facts" }, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
}

function list(title, items) {
  if (!items?.length) return null;
  return el("div", { class: `notes ${title}` }, el("h3", {}, t(title)), el("ul", {}, items.map((item) => el("li", {}, item))));
}

function candidates(answer, onCandidate) {
  const others = (answer.candidates ?? []).filter((each) => each.label !== answer.label || each.code !== answer.code);
  if (!others.length) return null;
  return el("div", { class: "others" }, el("h3", {}, t("others")),
    el("ul", {}, others.map((each) => el("li", {},
      el("button", { type: "button", onclick: () => onCandidate(each) },
        el("span", {}, each.label), each.code ? el("code", {}, each.code) : el("small", {}, t(each.level)))))));
}
