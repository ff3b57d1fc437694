// The courier's page: what the reader asked, what the service answered, and where it is on the map.

import { drawAnswer, drawNotice, possibilities } from "./answer.js";
import { ask } from "./api.js";
import { combobox } from "./combobox.js";
import { el } from "./dom.js";
import { openMany } from "./many.js";
import { onKey } from "./key.js";
import { loadMap } from "./map_loader.js";
import { hasPoint } from "./pins.js";
import { drawProblem } from "./problem.js";
import { onLanguage, speak, t } from "./words.js";
import courier from "./words_courier.js";
import { drawWrong } from "./wrong.js";

const find = (id) => document.getElementById(id);
const EXAMPLES = ["phường Điện Biên Phủ, Điện Biên", "xã Thanh Nưa, huyện Điện Biên", "P. Hai Bà Trưng, TP Phủ Lý, Hà Nam"];
// How near to look at an answer, by how deep it reaches.
const ZOOM = { household: 15.5, alley: 16, street: 14.5, hamlet: 13.5, commune: 11 };
const page = { answer: null, text: "", provinces: [], asked: 0, map: null, wrong: () => null };

speak(courier);
const box = combobox(find("search"), { onText: resolve, onFeature: (feature) => resolve(feature.properties.code ?? feature.properties.label) });
drawExamples();
openMany(find("many"), { onLine: (text) => { box.set(text); resolve(text); find("q").scrollIntoView({ block: "center" }); } });
onLanguage(() => { rewrite(); page.map?.rename(); });
// Another key may see more, or less, of what is asked for.
onKey(() => page.text && resolve(page.text));
// The question travels behind the #, which browsers never send: a shared link leaves no address in any log.
const shared = new URLSearchParams(location.hash.slice(1)).get("q");
if (shared) { box.set(shared); resolve(shared); }
const provincesKnown = startMap();

async function startMap() {
  try {
    const open = await loadMap();
    page.map = open(find("map"), { onCommune: (_code, _province, _unit, at) => reverse(at), onHover: hover, onPoint: reverse, onWhere: where });
    const outlines = await ask("/v1/provinces.geojson");
    page.provinces = outlines.features.map((each) => each.properties);
    page.map.outlines(outlines);
    page.map.written.provinces(page.provinces.filter((each) => each.centre).map((each) => ({ code: each.code, name: each.name, at: each.centre })));
  } catch (error) {
    console.warn(error);
    if (!page.map) drawNotice(find("map"), t("noMap"));
  }
  if (page.answer) place(page.answer, false);
}

async function resolve(text) {
  const turn = ++page.asked;
  page.text = text;
  history.replaceState(null, "", `${location.pathname}${location.search}${text ? `#${new URLSearchParams({ q: text })}` : ""}`);
  if (!text) { show(null); return page.map?.frame(); }
  drawNotice(find("answer"), t("looking"), "busy");
  try {
    const answer = await ask("/v1/resolve", { q: text, limit: 8 });
    if (turn === page.asked) show(answer);
  } catch (error) {
    if (turn === page.asked) { show(null); drawProblem(find("answer"), error, { onRetry: () => resolve(text) }); }
  }
}

async function reverse({ lat, lng }) {
  const turn = ++page.asked;
  try {
    const found = await ask("/reverse", { lat: lat.toFixed(6), lon: lng.toFixed(6) });
    if (turn !== page.asked || !found.features[0]) return;
    page.text = found.features[0].properties.label;
    show(fromFeature(found.features[0]), { stay: true });
  } catch (error) {
    if (turn === page.asked) drawProblem(find("answer"), error, { onRetry: () => reverse({ lat, lng }) });
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
  redraw();
  if (page.map) place(answer, stay);
}

function redraw() {
  closeWrong();
  drawAnswer(find("answer"), page.answer, { onCandidate: choose, onWrong: openWrong });
}

// Another language changes the words, not what was typed.
function rewrite() {
  const kept = page.wrong();
  redraw();
  if (kept) startWrong(kept);
}

// Several possibilities are all in sight; a province or district is shown whole; everything else is flown to.
function place(answer, stay) {
  const { map } = page;
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
  return map.fly(answer, ZOOM[answer.level] ?? 12);
}

async function frameProvince(answer) {
  await provincesKnown;
  const frame = page.provinces.find((each) => each.code === answer.unit?.province?.code)?.bbox;
  if (frame && page.answer === answer) page.map.frame(frame);
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
  find("hover").hidden = !unit;
  if (unit) find("hover").textContent = [unit.full_name, page.provinces.find((each) => each.code === unit.province_code)?.name].filter(Boolean).join(", ");
}

function openWrong() {
  if (find("wrong").querySelector("form")) return closeWrong();
  startWrong(null);
}

function startWrong(kept) {
  document.querySelector(".report").setAttribute("aria-expanded", "true");
  page.wrong = drawWrong(find("wrong"), { query: page.text, answer: page.answer, onPick: pick, onClose: closeWrong, kept });
}

function closeWrong() {
  find("wrong").replaceChildren();
  document.querySelector(".report")?.setAttribute("aria-expanded", "false");
  pick(null);
}

// Asks for a click on the map; null gives it up.
function pick(onPicked) {
  find("pick").hidden = !onPicked || !page.map;
  find("pick").textContent = t("pickNow");
  page.map?.pickNext(onPicked && ((at) => { find("pick").hidden = true; onPicked(at); }));
  if (onPicked) find("map").scrollIntoView({ block: "center" });
}

function drawExamples() {
  find("examples").append(...EXAMPLES.map((words) => el("button", { type: "button", onclick: () => { box.set(words); resolve(words); } }, words)));
}
