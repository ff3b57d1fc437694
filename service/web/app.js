// Puts the page together: what the reader asked, what the service answered, and where it is on the map.

import { drawAnswer, drawNotice, possibilities } from "./answer.js";
import { ask } from "./api.js";
import { combobox } from "./combobox.js";
import { drawCommune, drawLegend, drawTotals } from "./coverage.js";
import { el } from "./dom.js";
import { openMap } from "./map.js";
import { hasPoint } from "./pins.js";
import { readReport } from "./report.js";
import { onLanguage, percent, setLanguage, t, translatePage } from "./words.js";

const find = (id) => document.getElementById(id);
const EXAMPLES = ["phường Điện Biên Phủ, Điện Biên", "xã Thanh Nưa, huyện Điện Biên", "P. Hai Bà Trưng, TP Phủ Lý, Hà Nam"];
// How near to look at an answer, by how deep it reaches.
const ZOOM = { household: 15.5, alley: 16, street: 14.5, hamlet: 13.5, commune: 11 };
const page = { answer: null, provinces: [], communes: new Map(), report: null, province: "", commune: null, letter: "b", asked: 0, opened: 0 };

translatePage();
const map = startMap();
const box = combobox(find("search"), { onText: resolve, onFeature: (feature) => resolve(feature.properties.code ?? feature.properties.label) });

function startMap() {
  try {
    return openMap(find("map"), { onCommune: openCommune, onHover: hover, onPoint: reverse, onWhere: where });
  } catch (error) {
    console.warn(error);
    drawNotice(find("map"), t("noMap"));
    return null;
  }
}

async function resolve(text) {
  const turn = ++page.asked;
  if (!text) { show(null); return map?.frame(page.provinces.find((each) => each.code === page.province)?.bbox); }
  drawNotice(find("answer"), t("looking"), "busy");
  try {
    const answer = await ask("/v1/resolve", { q: text, limit: 8 });
    if (turn === page.asked) show(answer);
  } catch (error) {
    if (turn === page.asked) { show(null); drawNotice(find("answer"), error.message); }
  }
}

async function reverse({ lat, lng }) {
  const turn = ++page.asked;
  try {
    const found = await ask("/reverse", { lat: lat.toFixed(6), lon: lng.toFixed(6) });
    if (turn === page.asked && found.features[0]) show(fromFeature(found.features[0]), { stay: true });
  } catch (error) {
    if (turn === page.asked) drawNotice(find("answer"), error.message);
  }
}

function fromFeature({ geometry, properties }) {
  const [lon, lat] = geometry.coordinates;
  return { verdict: "POINT", level: properties.code ? "household" : "commune", label: properties.label, code: properties.code, lat, lon,
    unit: { postal_code: properties.postcode, commune: { code: properties.citycode } } };
}

function show(answer, { stay = false } = {}) {
  page.answer = answer;
  find("examples").hidden = Boolean(answer);
  drawAnswer(find("answer"), answer, { onCandidate: choose });
  if (map) place(answer, stay);
}

// Several possibilities are all in sight; a province or district is shown whole; everything else is flown to.
function place(answer, stay) {
  if (!answer || answer.verdict === "REJECT") return map.pins.clear();
  if (answer.verdict === "AMBIGUOUS") {
    const choices = possibilities(answer);
    map.pins.many(choices, choose);
    const known = choices.filter(hasPoint);
    return known.length ? map.fit(known) : frameProvince(answer);
  }
  map.pins.one(answer, answer.verdict.toLowerCase());
  if (stay) return null;
  if (["province", "district"].includes(answer.level) || !hasPoint(answer)) return frameProvince(answer);
  return map.map.flyTo({ center: [answer.lon, answer.lat], zoom: ZOOM[answer.level] ?? 12, duration: 1100 });
}

async function frameProvince(answer) {
  await outlinesKnown;
  const box = page.provinces.find((each) => each.code === answer.unit?.province?.code)?.bbox;
  if (box && page.answer === answer) map.frame(box);
}

// What the middle of the map lies in, said once no other name is in sight.
function where(unit) {
  const province = page.provinces.find((each) => each.code === unit?.province_code)?.full_name;
  find("where").hidden = !unit;
  if (!unit) return;
  const parts = [[unit.full_name, province].filter(Boolean).join(", "), unit.approximate ? el("small", {}, t("approximate")) : null];
  find("where").replaceChildren(...parts.filter(Boolean));
}

function choose(candidate) {
  const before = page.answer;
  const others = (before.verdict === "AMBIGUOUS" ? possibilities(before) : [before, ...before.candidates]).filter((each) => each.label && each !== candidate);
  show({ ...candidate, verdict: "CHOSEN", changed: before.changed, ignored: before.ignored, candidates: others });
}

function hover(unit) {
  const note = find("hover");
  note.hidden = !unit;
  if (!unit) return;
  const line = page.report?.byCode.get(page.province ? unit.code : unit.province_code);
  const known = line && (!page.province || unit.province_code === page.province);
  note.textContent = [unit.full_name, page.province ? null : line?.name, known ? percent(line[page.letter]) : null].filter(Boolean).join(" · ");
}

async function openProvince(code, { move = true } = {}) {
  const turn = ++page.opened;
  page.province = code;
  find("province").value = code;
  closeCommune();
  if (move) map?.frame(page.provinces.find((each) => each.code === code)?.bbox);
  try {
    const [figures, listed] = await Promise.all([ask("/v1/coverage", { province: code }), code ? ask("/v1/units", { province: code }) : { units: [] }]);
    if (turn !== page.opened) return;
    page.communes = new Map(listed.units.map((each) => [each.code, each]));
    page.report = readReport(figures, code);
    map?.written.communes(listed.units.filter((each) => each.centre).map((each) => ({ code: each.code, name: each.name, at: each.centre })));
    drawCoverage();
  } catch (error) {
    if (turn === page.opened) { page.report = null; drawNotice(find("totals"), error.message); }
  }
}

async function openCommune(code, province, properties = null) {
  if (province !== page.province) await openProvince(province, { move: !properties });
  const unit = page.communes.get(code) ?? properties;
  if (!unit) return;
  map?.select(code, page.commune?.code);
  page.commune = unit;
  drawCommunePanel();
  if (!properties && unit.bbox) map?.frame(unit.bbox, 10);
}

function closeCommune() {
  map?.select(null, page.commune?.code);
  page.commune = null;
  drawCommunePanel();
}

function drawCommunePanel() {
  drawCommune(find("commune"), page.commune, page.report?.byCode.get(page.commune?.code), { onClose: closeCommune });
}

function drawCoverage() {
  const title = page.provinces.find((each) => each.code === page.province)?.full_name ?? t("whole");
  const approximate = [...page.communes.values(), ...(page.province ? [] : page.provinces)].some((each) => each.approximate);
  drawLegend(find("legend"), { province: page.province, letter: page.letter, approximate, onLetter: (letter) => { page.letter = letter; drawCoverage(); } });
  if (page.report) map?.paint({ province: page.province, of: new Map(page.report.lines.map((line) => [line.code, line[page.letter]])) });
  drawTotals(find("totals"), page.report, { title, letter: page.letter, onUnit: page.province ? (code) => openCommune(code, page.province) : openProvince });
  drawCommunePanel();
}

async function loadProvinces() {
  const outlines = await ask("/v1/provinces.geojson");
  page.provinces = outlines.features.map((each) => each.properties);
  const named = [...page.provinces].sort((one, other) => one.name.localeCompare(other.name, "vi"));
  find("province").append(...named.map((each) => el("option", { value: each.code }, each.full_name)));
  map?.outlines(outlines);
  map?.written.provinces(page.provinces.filter((each) => each.centre).map((each) => ({ code: each.code, name: each.name, at: each.centre })));
}

function drawExamples() {
  find("examples").append(...EXAMPLES.map((words) => el("button", { type: "button", onclick: () => { box.set(words); resolve(words); } }, words)));
}

find("province").addEventListener("change", (event) => openProvince(event.target.value));
for (const button of document.querySelectorAll("[data-lang]")) button.addEventListener("click", () => setLanguage(button.dataset.lang));
onLanguage(() => { drawAnswer(find("answer"), page.answer, { onCandidate: choose }); drawCoverage(); map?.rename(); });

drawExamples();
const outlinesKnown = loadProvinces().catch(console.warn);
// The question travels behind the #, which browsers never send: a shared link leaves no address in any log.
const shared = new URLSearchParams(location.hash.slice(1)).get("q");
if (shared) { box.set(shared); resolve(shared); }
await Promise.all([openProvince("", { move: false }), outlinesKnown.then(drawCoverage)]);
