// The ranking of units: by share, by how many households are missing, by name; what is hidden or unknown has no rank.

import { definition, gapName, said } from "./coverage.js";
import { el } from "./dom.js";
import { gapOf } from "./report.js";
import { shade } from "./shades.js";
import { number, t } from "./words.js";

const ORDERS = {
  high: (letter) => (one, other) => other[letter] - one[letter],
  low: (letter) => (one, other) => one[letter] - other[letter],
  gap: (letter) => (one, other) => gapOf(other, letter) - gapOf(one, letter),
  name: () => (one, other) => one.name.localeCompare(other.name, "vi"),
};

// `by` is the level of the lines, `levels` those that there are; `onChange` is told { by, order }; `onUnit` opens a unit, null where none can be opened.
export function drawRanking(host, { lines, letter, by, levels, order, onChange, onUnit }) {
  const known = (line) => !line.hidden && line[letter] != null;
  const byOrder = ORDERS[order](letter);
  const ranked = order === "name" ? [...lines].sort(byOrder) : [...lines.filter(known).sort(byOrder), ...lines.filter((line) => !known(line)).sort(ORDERS.name())];
  const places = new Map(lines.filter(known).sort(ORDERS.high(letter)).map((line, index, all) => [line.code, all.findIndex((each) => each[letter] === line[letter]) + 1]));
  host.replaceChildren(
    el("div", { class: "choices" },
      choice("by", levels, by, (value) => t(`by_${value}`), (chosen) => onChange({ by: chosen, order })),
      choice("order", Object.keys(ORDERS), order, (value) => t(value === "gap" && letter === "c" ? "order_gapC" : `order_${value}`), (chosen) => onChange({ by, order: chosen }))),
    lines.length ? table(ranked, { letter, places, onUnit }) : el("p", { class: "source" }, t("noFigures")),
    lines.some((line) => line.hidden) ? el("p", { class: "source" }, t("hidden")) : "");
}

function choice(name, values, chosen, words, onChange) {
  return el("div", {}, el("label", { class: "label", for: `ranking-${name}` }, t(name)),
    el("select", { id: `ranking-${name}`, onchange: (event) => onChange(event.target.value) },
      values.map((value) => el("option", { value, selected: value === chosen }, words(value)))));
}

function table(lines, { letter, places, onUnit }) {
  return el("table", { class: "ranking" }, el("caption", { class: "hidden" }, `${t("rankingTitle")}: (${letter}) ${definition(letter)}`),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("rank")), el("th", { scope: "col" }, t("name")), el("th", { scope: "col", class: "amount" }, `(${letter})`),
      el("th", { scope: "col", class: "amount extra" }, gapName(letter)))),
    el("tbody", {}, lines.map((line) => row(line, { letter, place: places.get(line.code), onUnit }))));
}

function row(line, { letter, place, onUnit }) {
  const mark = el("i", { class: `swatch ${line.hidden ? "cross" : line[letter] == null ? "hatch" : ""}`, "aria-hidden": "true" });
  if (!line.hidden && line[letter] != null) mark.style.background = `var(${shade(line[letter])})`;
  const gap = line.hidden ? null : gapOf(line, letter);
  const open = onUnit && !line.unknownUnit;
  return el("tr", {}, el("td", { class: "amount rank-cell" }, place ? String(place) : "–"),
    el("th", { scope: "row" }, mark, open ? el("button", { type: "button", onclick: () => onUnit(line.code) }, line.name) : line.name),
    el("td", { class: "amount" }, said(line, letter), line[letter] > 1 ? el("small", {}, ` ${t("over")}`) : null),
    el("td", { class: "amount extra" }, gap == null ? (line.hidden ? "‡" : t("unknown")) : number(gap)));
}
