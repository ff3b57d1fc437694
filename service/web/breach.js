// One breach: its clock in words, who was told, what was done, and the form for more.

import { el, singly } from "./dom.js";
import { drawProblem } from "./problem.js";
import { paperLink } from "./saved.js";
import { day, number, t } from "./words.js";

const KINDS = ["note", "notified", "closed"];
const clockTime = (iso) => `${iso.slice(11, 16)} ${day(iso)}`;

// `gone` are the hours since the register was read; `opened` the ids of what stands open, `typed` what was typed, by the number of the breach.
export function drawBreach(each, { gone, hours, opened, typed, onAdd }) {
  const left = each.hours_left == null ? null : each.hours_left - gone;
  const overdue = left != null && left < 0;
  const told = each.entries.filter((entry) => entry.kind === "notified");
  const facts = [["factDetected", each.detected_at], ["factDeadline", each.deadline], ["factNotified", each.notified_at], ["factOpened", each.opened_at]].filter(([, at]) => at);
  return el("li", { class: `case ${overdue ? "overdue" : each.state}` },
    el("header", {}, el("h2", { id: `case-${each.id}`, tabindex: "-1" }, t("caseNumber", { n: each.id })), el("span", { class: `state ${overdue ? "refused" : each.state}` }, t(`state_${each.state}`))),
    el("p", { class: each.late ? "clock late" : "clock" }, clock(each, left)),
    left == null ? null : el("progress", { class: "clock-bar", max: hours, value: Math.min(Math.max(hours - left, 0), hours), "aria-label": t("clockOf") }),
    el("p", { class: "what" }, each.what),
    el("dl", { class: "facts" }, facts.map(([name, at]) => el("div", {}, el("dt", {}, t(name)), el("dd", {}, clockTime(at), name === "factOpened" ? ` · ${each.opened_by}` : "")))),
    el("h3", {}, t("toldTitle")), told.length ? deeds(told) : el("p", { class: overdue ? "notice error" : "hint" }, t("toldNobody")),
    each.entries.length > told.length ? [el("h3", {}, t("deedsTitle")), deeds(each.entries.filter((entry) => entry.kind !== "notified"))] : null,
    el("div", { class: "actions" }, paperLink({ vu: each.id }, t("notice"), "plain")),
    each.state === "closed" ? null : more(each, opened, typed, onAdd));
}

function clock(each, left) {
  if (left != null) return t(left < 0 ? "overdue" : "left", { time: spoken(Math.abs(left)) });
  if (each.notified_at) return t(each.late ? "tooLate" : "inTime");
  return t("closedUntold");
}

function spoken(hours) {
  const minutes = Math.floor(hours * 60);
  const [days, rest, few] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const parts = [["days", days], ["hours", rest], ["minutes", days ? 0 : few]].filter(([, n]) => n);
  return (parts.length ? parts : [["minutes", 0]]).map(([name, n]) => t(name, { n: number(n) })).join(" ");
}

const deeds = (entries) => el("ul", { class: "deeds" }, entries.map((entry) => el("li", { class: entry.kind }, el("b", {}, t(`kind_${entry.kind}`)), ": ", entry.words, el("small", {}, `${clockTime(entry.at)} · ${entry.actor}`))));

function more(each, opened, typed, onAdd) {
  const id = `more-${each.id}`;
  const kept = typed.get(each.id) ?? {};
  const kind = el("select", { id: `kind-${each.id}`, onchange: keep }, KINDS.map((name) => el("option", { value: name, selected: name === kept.kind }, t(`kind_${name}`))));
  const words = el("textarea", { id: `words-${each.id}`, rows: "2", maxlength: "2000", oninput: keep }, kept.words);
  const said = el("div", { "aria-live": "polite" });
  const button = el("button", { class: "primary" }, t("addIt"));
  const hint = el("p", { class: "hint", hidden: kept.kind !== "closed" }, t("closeHint"));

  function keep() {
    typed.set(each.id, { kind: kind.value, words: words.value });
    hint.hidden = kind.value !== "closed";
  }

  async function add(event) {
    event?.preventDefault();
    if (!words.value.trim()) { said.replaceChildren(el("p", { class: "notice error", role: "alert" }, t("needsWords"))); return words.focus(); }
    await singly(button, () => onAdd(each.id, { kind: kind.value, words: words.value.trim() }), (error) => drawProblem(said, error, { onRetry: add, fields: { words: t("addWords") } }));
    return null;
  }

  return el("details", { class: "more", id, open: opened.has(id) }, el("summary", {}, t("addTitle")),
    el("form", { onsubmit: add }, el("label", { class: "label", for: kind.id }, t("addKind")), kind, el("label", { class: "label", for: words.id }, t("addWords")), words, hint,
      el("div", { class: "actions" }, button), said));
}
