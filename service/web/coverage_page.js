// The page of coverage: one place, one definition, one layer; the map, the figures, the ranking, the trend and the reports follow.

import { drawNotice } from "./answer.js";
import { ask } from "./api.js";
import { drawCommune, drawLegend, drawTotals, gapName, said } from "./coverage.js";
import { el } from "./dom.js";
import { onKey } from "./key.js";
import { loadMap } from "./map_loader.js";
import { HIDDEN, UNKNOWN } from "./map_style.js";
import { drawProblem } from "./problem.js";
import { drawRanking } from "./ranking.js";
import { gapOf, LETTERS, readReport } from "./report.js";
import { drawReports } from "./reports.js";
import { drawTrend } from "./trend.js";
import { number, onLanguage, speak, t } from "./words.js";
import coverage from "./words_coverage.js";

const find = (id) => document.getElementById(id);
const SIZES = [7, 8, 9];
const NONE = { type: "FeatureCollection", features: [] };
const page = { provinces: [], communes: new Map(), report: null, lines: [], province: "", commune: null, letter: "b", layer: "share", size: 7, by: "", order: "high",
  series: null, goals: [], period: "", opened: 0, map: null };
const named = (units) => units.filter((each) => each.centre).map((each) => ({ code: each.code, name: each.name, at: each.centre }));
const frame = () => page.map?.frame(page.provinces.find((each) => each.code === page.province)?.bbox);

speak(coverage);
drawSwitches();
find("province").addEventListener("change", (event) => openProvince(event.target.value));
onLanguage(() => { drawSwitches(); draw(); page.map?.rename(); });
onKey(() => openProvince(page.province, { move: false }));
const given = new URLSearchParams(location.hash.slice(1));
if (LETTERS.includes(given.get("cach"))) page.letter = given.get("cach");
if (SIZES.includes(Number(given.get("o")))) Object.assign(page, { layer: "cells", size: Number(given.get("o")) });
const provincesKnown = loadProvinces().catch(console.warn);
openProvince(/^\d\d$/.test(given.get("tinh")) ? given.get("tinh") : "");
startMap();

async function startMap() {
  try {
    const open = await loadMap();
    page.map = open(find("map"), { onCommune: openCommune, onHover: hover, onPoint: () => {}, onWhere: where });
    page.map.outlines(await provincesKnown);
    page.map.written.provinces(named(page.provinces));
    page.map.written.communes(named([...page.communes.values()]));
    if (page.province) frame();
    paint();
    if (page.layer === "cells") await drawCells();
  } catch (error) {
    console.warn(error);
    if (!page.map) drawNotice(find("map"), t("noMap"));
  }
}

async function loadProvinces() {
  const outlines = await ask("/v1/provinces.geojson");
  page.provinces = outlines.features.map((each) => each.properties);
  const sorted = [...page.provinces].sort((one, other) => one.name.localeCompare(other.name, "vi"));
  find("province").append(...sorted.map((each) => el("option", { value: each.code }, each.full_name)));
  find("province").value = page.province;
  return outlines;
}

async function openProvince(code, { move = true } = {}) {
  const turn = ++page.opened;
  Object.assign(page, { province: code, by: code ? "commune" : "province", layer: code ? page.layer : "share", commune: null });
  find("province").value = code;
  remember();
  if (move) frame();
  try {
    const [figures, listed, series, goals] = await Promise.all([
      ask("/v1/coverage", { province: code }), code ? ask("/v1/units", { province: code }) : { units: [] },
      ask("/v1/coverage/series", { province: code }).catch(() => null), ask("/v1/targets", { province: code }).catch(() => ({ households: [] }))]);
    if (turn !== page.opened) return;
    page.communes = new Map(listed.units.map((each) => [each.code, each]));
    page.report = readReport(figures, code);
    // The country's list of targets holds those of every province: the page shows the place that is open.
    Object.assign(page, { lines: page.report.lines, series, goals: goals.households.filter((goal) => (code ? true : goal.level === "country")) });
    page.map?.written.communes(named(listed.units));
    drawSwitches();
    draw();
    await drawCells();
  } catch (error) {
    if (turn === page.opened) { page.report = null; drawProblem(find("totals"), error, { onRetry: () => openProvince(code, { move }) }); }
  }
}

function remember() {
  const kept = new URLSearchParams([["tinh", page.province], ["cach", page.letter], ["o", page.layer === "cells" && page.size]].filter(([, value]) => value));
  history.replaceState(null, "", `${location.pathname}${location.search}#${kept}`);
}

async function openCommune(code, province, properties = null) {
  if (province !== page.province) await openProvince(province, { move: !properties });
  const unit = page.communes.get(code) ?? properties;
  if (!unit) return;
  page.map?.select(code, page.commune?.code);
  page.commune = unit;
  drawCommunePanel();
  find("commune").scrollIntoView({ block: "nearest" });
  if (!properties && unit.bbox) page.map?.frame(unit.bbox, 10);
}

function closeCommune() {
  page.map?.select(null, page.commune?.code);
  page.commune = null;
  drawCommunePanel();
}

function drawCommunePanel() {
  drawCommune(find("commune"), page.commune, page.report?.byCode.get(page.commune?.code), { onClose: closeCommune });
}

function drawSwitches() {
  radios("letters", LETTERS, page.letter, (letter) => `(${letter}) ${t(`def${letter.toUpperCase()}`)}`, (letter) => { page.letter = letter; remember(); draw(); });
  radios("layers", ["share", "cells"], page.layer, (layer) => t(`layer_${layer}`), (layer) => { page.layer = layer; remember(); draw(); drawCells(); }, (layer) => layer === "cells" && !page.province);
  if (!page.province) return find("layers").append(el("p", { class: "hint" }, t("cellsNeed")));
  const sizes = el("select", { id: "size", onchange: (event) => { page.size = Number(event.target.value); remember(); drawCells(); drawDownloads(); } },
    SIZES.map((size) => el("option", { value: size, selected: size === page.size }, t(`size_${size}`))));
  find("layers").append(el("div", { class: "size" }, el("label", { for: "size" }, t("size")), sizes));
}

function radios(id, values, chosen, words, onChoose, off = () => false) {
  const [legend] = find(id).children;
  find(id).replaceChildren(legend, ...values.map((value) => el("label", { class: "choice" },
    el("input", { type: "radio", name: id, value, checked: value === chosen, disabled: off(value), onchange: () => onChoose(value) }), el("span", {}, words(value)))));
}

function draw() {
  if (!page.report) return;
  const title = page.provinces.find((each) => each.code === page.province)?.full_name ?? t("whole");
  const approximate = [...page.communes.values(), ...(page.province ? [] : page.provinces)].some((each) => each.approximate);
  drawLegend(find("legend"), { province: page.province, letter: page.letter, layer: page.layer, approximate });
  drawTotals(find("totals"), page.report, { title, letter: page.letter });
  drawTrend(find("trend"), page);
  drawDownloads();
  drawLines();
  drawCommunePanel();
  paint();
}

function drawDownloads() {
  drawReports(find("reports"), { province: page.province, on: page.report.on, periods: page.series?.periods ?? [], size: page.size, chosen: page.period, onChoose: (period) => { page.period = period; drawDownloads(); } });
}

function drawLines() {
  const levels = page.province ? ["commune", "district"] : ["province", "district"];
  const onUnit = { commune: (code) => openCommune(code, page.province), province: (code) => openProvince(code) }[page.by] ?? null;
  drawRanking(find("ranking"), { ...page, levels, onUnit, onChange: rank });
}

async function rank({ by, order }) {
  const turn = page.opened;
  page.order = order;
  if (by !== page.by) {
    page.by = by;
    try {
      const own = by === page.report.by || by !== "district";
      page.lines = own ? page.report.lines : readReport(await ask("/v1/coverage", { province: page.province, by }), page.province).lines;
    } catch (error) { return drawProblem(find("ranking"), error); }
  }
  if (turn === page.opened) drawLines();
}

function paint() {
  if (!page.map || !page.report) return;
  const value = (line) => (line.hidden ? HIDDEN : line[page.letter] ?? UNKNOWN);
  const of = page.layer === "cells" ? new Map() : new Map(page.report.lines.map((line) => [line.code, value(line)]));
  page.map.paint({ province: page.province, of });
}

async function drawCells() {
  const turn = page.opened;
  const wanted = page.layer === "cells" && page.province;
  try {
    const cells = wanted ? await ask("/v1/coverage", { province: page.province, by: "h3", resolution: page.size }) : NONE;
    if (turn === page.opened) page.map?.cells(cells);
  } catch (error) { drawProblem(find("commune"), error, { onRetry: drawCells }); }
}

function hover(unit) {
  find("hover").hidden = !unit;
  if (!unit) return;
  const line = page.report?.byCode.get(page.province ? unit.code : unit.province_code);
  const known = line && (!page.province || unit.province_code === page.province);
  find("hover").textContent = [unit.full_name, page.province ? null : line?.name, known ? said(line, page.letter) : null, known && page.province && gapOf(line, page.letter) != null ? `${gapName(page.letter)}: ${number(gapOf(line, page.letter))}` : null].filter(Boolean).join(" · ");
}

function where(unit) {
  const province = page.provinces.find((each) => each.code === unit?.province_code)?.full_name;
  find("where").hidden = !unit;
  if (unit) find("where").replaceChildren(...[[unit.full_name, province].filter(Boolean).join(", "), unit.approximate ? el("small", {}, t("approximate")) : null].filter(Boolean));
}
