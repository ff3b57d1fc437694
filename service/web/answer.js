// The verdict in words: what may be done with the answer, the code on its plate, the address in today's units, the other possibilities.

import { copyText } from "./copied.js";
import { el } from "./dom.js";
import { hasPoint } from "./pins.js";
import { lang, number, t } from "./words.js";

const SIGNS = { ACCEPT: "✓", CONFIRM: "!", AMBIGUOUS: "?", REJECT: "×", CHOSEN: "✓", POINT: "◎" };

export function drawAnswer(host, answer, { onCandidate, onWrong }) {
  if (!answer) return host.replaceChildren();
  // Where nothing is decided there is no code, level or place to show: only what to choose from.
  const open = ["REJECT", "AMBIGUOUS"].includes(answer.verdict);
  host.replaceChildren(el("article", { class: `card ${answer.verdict.toLowerCase()}` },
    verdict(answer),
    open ? null : plate(answer),
    open ? null : place(answer),
    answer.verdict === "AMBIGUOUS" ? choices(answer, onCandidate) : null,
    list("changed", answer.changed),
    list("ignored", answer.ignored),
    answer.verdict === "AMBIGUOUS" ? null : candidates(answer, onCandidate),
    actions(open ? null : answer, onWrong)));
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

// What one does next: go there, or say that it is wrong.
function actions(answer, onWrong) {
  const known = answer && hasPoint(answer) && !["district", "province"].includes(answer.level);
  return el("div", { class: "next" },
    known ? el("a", { class: "plain geo", href: geoLink(answer) }, t("openMap")) : null,
    el("button", { type: "button", class: "plain report", "aria-expanded": "false", onclick: onWrong }, t("wrong")));
}

// RFC 5870; the `q` is what phones show as the name of the pin.
export function geoLink({ lat, lon, code, label }) {
  const at = coordinates({ lat, lon });
  return `geo:${at}?q=${at}(${encodeURIComponent(code ?? label ?? at)})`;
}

const coordinates = ({ lat, lon }) => `${lat.toFixed(6)},${lon.toFixed(6)}`;

// Only a door is delivered to; certainty about a street or a commune is said as such.
function words(answer) {
  const wide = answer.verdict === "ACCEPT" && answer.level !== "household";
  return wide ? t("ACCEPT_WIDE", { level: t(answer.level).toLowerCase() }) : t(answer.verdict);
}

async function copy(code, button) {
  const done = await copyText(code);
  button.textContent = done ? t("copied") : t("copyFailed");
  button.classList.toggle("done", done);
}

function place(answer) {
  const [head, ...tail] = (answer.label ?? "").split(", ");
  const rows = [
    [t("level"), t(answer.level)],
    answer.unit?.postal_code ? [t("postal"), answer.unit.postal_code] : null,
    answer.accuracy_m ? [t("accuracy"), t("metres", { n: number(answer.accuracy_m) })] : null,
    hasPoint(answer) && answer.level === "household" ? [t("coordinates"), coordinates(answer).replace(",", ", ")] : null,
  ].filter(Boolean);
  return el("div", { class: "place" },
    el("p", { class: "address" }, el("b", {}, head), tail.length ? el("span", {}, tail.join(", ")) : null),
    el("dl", { class: "facts" }, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
}

function list(title, items) {
  if (!items?.length) return null;
  return el("div", { class: `notes ${title}` }, el("h3", {}, t(title)), el("ul", {}, items.map((item) => el("li", {}, item))));
}

// All that an undecided answer may mean, each once; the first stands among the candidates too, there with its code.
export function possibilities(answer) {
  const named = answer.candidates ?? [];
  return named.some((each) => each.label === answer.label) || !answer.label ? named : [answer, ...named];
}

function choices(answer, onCandidate) {
  return el("div", { class: "others choices" }, el("h3", {}, t("choose")),
    el("ol", {}, possibilities(answer).map((each, index) => el("li", {}, choice(each, onCandidate, index + 1)))));
}

function choice(each, onCandidate, rank) {
  return el("button", { type: "button", onclick: () => onCandidate(each) }, rank ? el("b", { class: "rank" }, String(rank)) : null,
    el("span", {}, each.label), each.code ? el("code", {}, each.code) : el("small", {}, t(each.level)));
}

function candidates(answer, onCandidate) {
  const others = (answer.candidates ?? []).filter((each) => each.label !== answer.label || each.code !== answer.code);
  if (!others.length) return null;
  return el("div", { class: "others" }, el("h3", {}, t("others")),
    el("ul", {}, others.map((each) => el("li", {}, choice(each, onCandidate)))));
}
