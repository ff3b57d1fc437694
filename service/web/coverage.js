// Coverage in figures: the total with its three definitions, one commune, and what the colours of the map mean.

import { el } from "./dom.js";
import { LETTERS } from "./report.js";
import { GAPS, LIMITS } from "./shades.js";
import { day, lang, number, percent, t } from "./words.js";

export const definition = (letter) => t(`def${letter.toUpperCase()}`);
// What is counted under (c) are addresses, not households.
export const gapName = (letter) => t(letter === "c" ? "gapC" : "gap");
// A hidden figure is no unknown one.
export const said = (line, letter) => (line.hidden ? "‡" : percent(line[letter]));

export function drawLegend(host, { province, letter, layer, approximate }) {
  const cells = layer === "cells";
  host.replaceChildren(
    el("div", { class: "what" }, el("b", {}, cells ? t("gapLegend") : `(${letter}) ${definition(letter)}`), cells ? null : `%, ${t(province ? "byCommune" : "byProvince")}`),
    cells
      ? el("div", { class: "scale gaps" }, GAPS.map((_, step) => swatch(`--g${step + 1}`)), GAPS.map((limit) => el("span", {}, `${limit}+`)))
      : el("div", { class: "scale" }, LIMITS.map((_, step) => swatch(`--c${step}`)), LIMITS.map((limit) => el("span", {}, limit))),
    el("div", { class: "keys" },
      cells ? null : el("span", {}, el("i", { class: "hatch" }), t("unknown")),
      el("span", {}, el("i", { class: "cross" }), t("hiddenKey")),
      approximate ? el("span", {}, el("i", { class: "dash" }), t("approximate")) : null));
}

function swatch(name) {
  const node = el("i");
  node.style.background = `var(${name})`;
  return node;
}

export function drawTotals(host, report, { title, letter }) {
  if (!report) return host.replaceChildren();
  const notes = [t("asOf", { d: day(report.on) }), report.sources.length ? t("counted", { s: report.sources.map((each) => each[lang()]).join("; ") }) : null];
  host.replaceChildren(
    el("div", { class: "figure" }, el("strong", {}, said(report.total, letter)), el("span", {}, `${title}: ${definition(letter)}`)),
    definitions(report.total, report.definitions),
    counts(report.total) ?? "",
    el("p", { class: "source" }, notes.filter(Boolean).join(". ")),
    ...(report.lines.some((line) => line.hidden) || report.total.hidden ? [el("p", { class: "source" }, t("hidden"))] : []));
}

export function drawCommune(host, unit, line, { onClose }) {
  if (!unit) return host.replaceChildren();
  host.replaceChildren(el("article", { class: "panel" },
    el("header", {}, el("h2", {}, unit.full_name, " ", el("small", {}, unit.code)),
      el("button", { type: "button", "aria-label": t("close"), onclick: onClose }, "×")),
    line ? definitions(line) : el("p", { class: "source" }, t("noFigures")),
    line ? counts(line) : null,
    line?.hidden ? el("p", { class: "source" }, t("hidden")) : null,
    unit.approximate ? el("p", { class: "approximate" }, t("approximateLong")) : null));
}

function definitions(line, named = {}) {
  return el("ul", { class: "definitions", "aria-label": t("defs") }, LETTERS.map((letter) => {
    const share = line[letter];
    const bar = el("i");
    bar.style.width = `${Math.min(Math.max(share ?? 0, 0), 1) * 100}%`;
    return el("li", { class: "definition" }, el("span", {}, `(${letter})`), el("span", { title: named[letter]?.[lang()] }, definition(letter)), el("b", { class: "value" }, said(line, letter)),
      el("span", { class: "bar", "aria-hidden": "true" }, bar), share > 1 ? el("small", {}, t("over")) : null);
  }));
}

function counts(line) {
  const rows = [["baseline", line.baseline], ["households", line.households], ["codedHouseholds", line.codedHouseholds], ["doors", line.addresses],
    ["coded", line.coded], ["notified", line.notified]].filter(([, value]) => value != null);
  return rows.length ? el("dl", { class: "counts" }, rows.map(([name, value]) => el("div", {}, el("dt", {}, t(name)), el("dd", {}, (name === "baseline" && line.estimated ? "~" : "") + number(value))))) : null;
}
