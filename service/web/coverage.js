// Coverage in figures: the province's totals, its communes as a table, and one commune with the three definitions named.

import { el } from "./dom.js";
import { shade } from "./map.js";
import { lang, number, percent, t } from "./words.js";

const DEFINITIONS = [["a", "defA"], ["b", "defB"], ["c", "defC"]];

// The letter is the definition that colours the map.
export function drawLegend(host, { province, letter, approximate, onLetter }) {
  const words = DEFINITIONS.find(([each]) => each === letter)[1];
  const choice = DEFINITIONS.map(([each, key]) =>
    el("button", { type: "button", "aria-pressed": String(each === letter), title: t(key), onclick: () => onLetter(each) }, each));
  host.replaceChildren(
    el("div", { class: "what" }, el("b", {}, t(words)), `%, ${t(province ? "byCommune" : "byProvince")}`,
      el("span", { class: "letters", role: "group", "aria-label": t("defs") }, choice)),
    el("div", { class: "scale" },
      [0, 1, 2, 3, 4, 5, 6].map((step) => swatch(`--c${step}`)),
      ["0", ">0", "25", "50", "75", "90", "100"].map((limit) => el("span", {}, limit))),
    el("div", { class: "keys" },
      el("span", {}, el("i", { class: "hatch" }), t("unknown")),
      approximate ? el("span", {}, el("i", { class: "dash" }), t("approximate")) : null));
}

function swatch(name) {
  const node = el("i");
  node.style.background = `var(${name})`;
  return node;
}

export function drawTotals(host, report, { title, letter, onUnit }) {
  if (!report) return host.replaceChildren();
  const lines = report.lines;
  host.replaceChildren(
    el("div", { class: "figure" }, el("strong", {}, percent(report.total[letter])), el("span", {}, `${title}: ${t(DEFINITIONS.find(([each]) => each === letter)[1])}`)),
    definitions(report.total, report.definitions),
    counts(report.total) ?? "",
    el("p", { class: "source" }, [t("asOf", { d: report.on.split("-").reverse().join("/") }), report.sources.length ? t("counted", { s: report.sources.map((each) => each[lang()]).join("; ") }) : null].filter(Boolean).join(". ")),
    ...(report.total.hidden ? [el("p", { class: "source" }, t("hidden"))] : []),
    lines.length ? table(lines, letter, onUnit, Boolean(report.province)) : el("p", { class: "source" }, t("noFigures")));
}

function table(lines, letter, onUnit, communes) {
  return el("details", {}, el("summary", {}, `${communes ? t("communes") : t("province")} (${lines.length})`),
    el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("name")), el("th", { scope: "col" }, `(${letter})`))),
      el("tbody", {}, lines.map((line) => {
        const mark = el("i", { class: "swatch" });
        mark.style.background = line[letter] == null ? "var(--hatch)" : `var(${shade(line[letter])})`;
        return el("tr", {}, el("td", {}, mark, el("button", { type: "button", onclick: () => onUnit(line.code) }, line.name)), el("td", {}, percent(line[letter])));
      }))));
}

export function drawCommune(host, unit, line, { onClose }) {
  if (!unit) return host.replaceChildren();
  host.replaceChildren(el("article", { class: "panel" },
    el("header", {}, el("h3", {}, unit.full_name, " ", el("small", {}, unit.code)),
      el("button", { type: "button", "aria-label": t("close"), onclick: onClose }, "×")),
    line ? definitions(line) : el("p", { class: "source" }, t("noFigures")),
    line ? counts(line) : null,
    line?.hidden ? el("p", { class: "source" }, t("hidden")) : null,
    unit.approximate ? el("p", { class: "approximate" }, t("approximateLong")) : null));
}

function definitions(line, named = {}) {
  return el("dl", { class: "definitions", "aria-label": t("defs") }, DEFINITIONS.map(([letter, key]) => {
    const share = line[letter];
    const bar = el("i");
    bar.style.width = `${Math.min(Math.max(share ?? 0, 0), 1) * 100}%`;
    return el("div", { class: "definition" }, el("dt", {}, `(${letter})`), el("dt", { title: named[letter]?.[lang()] }, t(key)), el("dd", { class: "value" }, percent(share)),
      el("dd", { class: "bar", "aria-hidden": "true" }, bar), share > 1 ? el("small", {}, t("over")) : null);
  }));
}

function counts(line) {
  const rows = [["baseline", line.baseline], ["households", line.households], ["codedHouseholds", line.codedHouseholds], ["doors", line.addresses],
    ["coded", line.coded], ["notified", line.notified]].filter(([, value]) => value != null);
  return rows.length ? el("dl", { class: "counts" }, rows.flatMap(([name, value]) => [el("dt", {}, t(name)), el("dd", {}, (name === "baseline" && line.estimated ? "~" : "") + number(value))])) : null;
}
