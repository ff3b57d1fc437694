// The register of breaches, for administrators: each with its clock of 72 hours, who was told, what was done; a new one, and more words to one.

import { ask, tell } from "./api.js";
import { drawBreach } from "./breach.js";
import { el, singly } from "./dom.js";
import { openKey } from "./key_dialog.js";
import { onKey } from "./key.js";
import { drawProblem } from "./problem.js";
import { onLanguage, speak, t } from "./words.js";
import breaches from "./words_breaches.js";

const MINUTE_MS = 60_000;
const find = (id) => document.getElementById(id);
// `at` is when the register was read: the clocks go on from there. `typed` outlives a redraw.
const page = { me: null, register: null, at: 0, typed: new Map() };

speak(breaches);
onLanguage(draw);
onKey(start);
setInterval(() => page.register && !document.activeElement?.closest("form") && drawList(), MINUTE_MS);
start();

async function start() {
  try {
    page.me = await ask("/v1/me");
    page.register = null;
    if (page.me.scopes.includes("breaches")) await load();
    draw();
    // Whoever comes back from a notice goes on at its breach.
    find(`case-${new URLSearchParams(location.hash.slice(1)).get("vu")}`)?.focus();
  } catch (error) { drawProblem(find("list"), error, { onRetry: start }); }
}

async function load() {
  page.register = await ask("/v1/breaches");
  page.at = performance.now();
}

function draw() {
  if (!page.me) return;
  find("law").textContent = page.register ? t("law", { law: page.register.law }) : "";
  if (!page.register) {
    find("open").replaceChildren();
    return find("list").replaceChildren(el("section", { class: "card hello", "aria-labelledby": "hello" }, el("h2", { id: "hello" }, t("hello")), el("p", {}, t("helloWhat")),
      el("div", { class: "actions" }, el("button", { type: "button", class: "primary enter-key", onclick: openKey }, t("keyEnter")))));
  }
  drawForm();
  return drawList();
}

function drawList() {
  const opened = new Set([...find("list").querySelectorAll("details[open]")].map((each) => each.id));
  const gone = (performance.now() - page.at) / 3_600_000;
  const cases = page.register.breaches;
  find("list").replaceChildren(cases.length
    ? el("ol", { class: "cases" }, cases.map((each) => drawBreach(each, { gone, hours: page.register.hours, opened, typed: page.typed, onAdd })))
    : el("p", { class: "notice busy" }, t("none")));
}

async function onAdd(number, said) {
  await tell(`/v1/breaches/${number}/entries`, said);
  page.typed.delete(number);
  await again(t("added"));
  find(`case-${number}`)?.focus();
}

async function again(words) {
  await load();
  drawList();
  find("told").textContent = words;
}

function drawForm() {
  const kept = page.typed.get("new") ?? {};
  const keep = (name) => (event) => page.typed.set("new", { ...page.typed.get("new"), [name]: event.target.value });
  const what = el("textarea", { id: "what", rows: "3", maxlength: "2000", oninput: keep("what") }, kept.what);
  const detected = el("input", { id: "detected", type: "datetime-local", value: kept.detected ?? null, oninput: keep("detected") });
  const said = el("div", { "aria-live": "polite" });
  const write = async (event) => {
    event?.preventDefault();
    said.replaceChildren();
    if (!what.value.trim()) { said.append(el("p", { class: "notice error", role: "alert" }, t("needsWords"))); return what.focus(); }
    await singly(find("write"), async () => {
      const made = await tell("/v1/breaches", { what: what.value.trim(), detected_at: detected.value || null });
      page.typed.delete("new");
      drawForm();
      await again(t("opened", { n: made.id }));
      find(`case-${made.id}`)?.focus();
    }, (error) => drawProblem(said, error, { onRetry: write, fields: { what: t("what"), detected_at: t("detected") } }));
    return null;
  };
  find("open").replaceChildren(el("details", { class: "more", id: "new", open: find("new")?.open && page.typed.has("new") }, el("summary", {}, t("openTitle")),
    el("form", { onsubmit: write }, el("label", { class: "label", for: "what" }, t("what")), what, el("label", { class: "label", for: "detected" }, t("detected")), detected,
      el("p", { class: "hint" }, t("onlyAdded")), el("div", { class: "actions" }, el("button", { class: "primary", id: "write" }, t("openIt"))), said)));
}
