// The share over the frozen periods as a line, the targets of the plans as diamonds; the same figures stand in a table.

import { said } from "./coverage.js";
import { el } from "./dom.js";
import { readLine } from "./report.js";
import { day, lang, number, percent, t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const HIGH = 280;
// Letters keep their size: the drawing is as wide as its place.
const [NARROW, BROAD] = [320, 760];
const FRAME = { left: 48, right: 16, top: 16, bottom: 34 };
// What the service calls the state of a target.
const STATES = ["reached", "on_course", "behind", "reported"];

// `goals` are the household targets with their state; `report` is today's.
export function drawTrend(host, { series, goals, report, letter }) {
  const points = pointsOf(series, report);
  const own = goals.filter((goal) => goal.target.definition === letter || !goal.target.definition);
  const measured = [...new Set(goals.map((goal) => goal.target.definition).filter(Boolean))];
  host.replaceChildren(
    points.length || own.length ? chart(points, own, letter, Math.min(Math.max(host.clientWidth, NARROW), BROAD)) : "",
    series?.periods.length ? "" : el("p", { class: "hint" }, t("noPeriods")),
    el("details", {}, el("summary", {}, t("asTable")), tableOf(points, letter)),
    goals.length && !own.length ? el("p", { class: "hint" }, t("goalOther", { l: measured.join(", ") })) : "",
    goals.length ? el("h3", {}, t("goals")) : "",
    el("ul", { class: "goals" }, goals.map((goal, index) => goalLine(goal, goals[index - 1]))));
}

function pointsOf(series, report) {
  const frozen = (series?.periods ?? []).map((period, index) => ({ name: period.period, on: period.day, line: series.total.points[index] && readLine(series.total.points[index]) }));
  return [...frozen.filter((point) => point.line), ...(report ? [{ name: t("today"), on: report.on, line: report.total }] : [])];
}

// What stands in the document of the line above is not said twice.
function goalLine({ target, name, state, value, short, why }, above) {
  const known = STATES.includes(state) ? state : "unclear";
  return el("li", {}, el("b", { class: `state ${known}` }, t(known)), " ",
    el("span", {}, `${name}: ${t("goal", { y: target.year, v: number(target.value) })} (${target.definition || "–"})`, value == null ? "" : ` – ${percent(value)}`, short ? `, ${t("short", { n: number(short) })}` : ""),
    above && documentOf(above.target) === documentOf(target) ? null : el("small", {}, documentOf(target)), why?.[lang()] ? el("small", {}, why[lang()]) : null);
}

const documentOf = ({ document, article }) => [document, article].filter(Boolean).join("; ");

function tableOf(points, letter) {
  return el("table", {}, el("caption", { class: "hidden" }, t("trendTitle")),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("period")), el("th", { scope: "col" }, t("asOf", { d: "" })), el("th", { scope: "col", class: "amount" }, `(${letter})`))),
    el("tbody", {}, points.map(({ name, on, line }) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, day(on)), el("td", { class: "amount" }, said(line, letter))))));
}

function chart(points, goals, letter, wide) {
  const due = (goal) => Date.parse(`${goal.target.year}-12-31`);
  const times = [...points.map((point) => Date.parse(point.on)), ...goals.map(due)];
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const shares = points.map((point) => point.line[letter]).filter((share) => share != null);
  const top = Math.max(1, ...shares);
  const x = (time) => (last === first ? wide / 2 : FRAME.left + 12 + ((time - first) / (last - first)) * (wide - FRAME.left - FRAME.right - 24));
  const y = (share) => HIGH - FRAME.bottom - (share / top) * (HIGH - FRAME.top - FRAME.bottom);
  const known = points.filter((point) => !point.line.hidden && point.line[letter] != null);
  const place = (point) => [x(Date.parse(point.on)), y(point.line[letter])];
  return svg("svg", { viewBox: `0 0 ${wide} ${HIGH}`, class: "chart", role: "img", "aria-label": t("chart", { l: letter, n: points.length, a: day(points[0]?.on ?? ""), b: day(points.at(-1)?.on ?? "") }) },
    [0, 0.25, 0.5, 0.75, 1].map((share) => svg("g", {}, svg("line", { x1: FRAME.left, x2: wide - FRAME.right, y1: y(share), y2: y(share), class: "grid" }), word(FRAME.left - 8, y(share) + 4, `${share * 100}`, "end"))),
    years(first, last).map((year) => word(x(Date.parse(`${year}-12-31`)), HIGH - 10, String(year), "middle")),
    svg("polyline", { points: known.map((point) => place(point).join(",")).join(" "), class: "trend-line" }),
    known.map((point) => svg("circle", { cx: place(point)[0], cy: place(point)[1], r: 4.5, class: "trend-point" }, svg("title", {}, `${point.name}: ${percent(point.line[letter])}`))),
    goals.map((goal) => {
      const [across, up] = [x(due(goal)), y(goal.target.value / 100)];
      return svg("g", {}, svg("path", { d: `M${across} ${up - 7}l7 7-7 7-7-7z`, class: "goal" }, svg("title", {}, t("goal", { y: goal.target.year, v: number(goal.target.value) }))),
        word(Math.min(across, wide - 40), up + 22, `${number(goal.target.value)} %`, "middle"));
    }));
}

function years(first, last) {
  const [from, to] = [new Date(first).getUTCFullYear(), new Date(last).getUTCFullYear()];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index).filter((year) => Date.parse(`${year}-12-31`) >= first && Date.parse(`${year}-12-31`) <= last);
}

const word = (x, y, text, anchor) => svg("text", { x, y, "text-anchor": anchor }, text);

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.flat());
  return node;
}
