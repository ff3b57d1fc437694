// The page of a province's officers: who one is, which province, which task; each task is drawn by a module of its own.

import { ask } from "./api.js";
import { openBatches } from "./batches.js";
import { el } from "./dom.js";
import { openJobs } from "./jobs.js";
import { openKey } from "./key_dialog.js";
import { onKey } from "./key.js";
import { drawProblem } from "./problem.js";
import { go, hashOf, readPlace } from "./province_place.js";
import { openReviews } from "./reviews.js";
import { openUploads } from "./uploads.js";
import { learn, onLanguage, speak, t } from "./words.js";
import batches from "./words_batches.js";
import fields from "./words_fields.js";
import province from "./words_province.js";
import upload from "./words_upload.js";

const find = (id) => document.getElementById(id);
const TASKS = { nop: openUploads, lo: openBatches, sua: openReviews, viec: openJobs };
const NEEDED = { nop: "import", lo: "import", sua: "review", viec: "doors" };
const page = { me: null, provinces: [], task: null };

[batches, fields, upload].forEach(learn);
speak(province);
find("province").addEventListener("change", (event) => go({ province: event.target.value, view: readPlace().view }));
addEventListener("hashchange", () => { open(); arrive(); });
onLanguage(() => { drawFrame(); page.me && !page.task ? drawStranger() : page.task?.redraw(); });
onKey(start);
start();

async function start() {
  page.task?.close();
  page.task = null;
  try {
    const [me, listed] = await Promise.all([ask("/v1/me"), ask("/v1/units")]);
    page.me = me;
    page.provinces = listed.units.filter((each) => !me.provinces || me.provinces.includes(each.code)).sort((one, other) => one.name.localeCompare(other.name, "vi"));
    open();
  } catch (error) {
    drawProblem(find("work"), error, { onRetry: start });
  }
}

function open() {
  if (!page.me) return;
  const place = readPlace();
  page.task?.close();
  page.task = null;
  drawFrame();
  if (!Object.values(NEEDED).some((scope) => page.me.scopes.includes(scope)) || page.me.role === "courier") return drawStranger();
  if (!page.provinces.some((each) => each.code === place.province)) {
    if (page.provinces.length !== 1) return drawChoice();
    // Only one province: nobody has to choose it.
    return history.replaceState(null, "", hashOf({ ...place, province: page.provinces[0].code })) ?? open();
  }
  if (!page.me.scopes.includes(NEEDED[place.view])) return drawStranger();
  page.task = TASKS[place.view](find("work"), place, { tell: (words) => { find("told").textContent = words; } });
  return null;
}

// A link led here: whoever hears or tabs the page goes on at the head of what it opened.
function arrive() {
  const there = () => {
    const head = find("work").querySelector("h2");
    if (!head) return false;
    head.tabIndex = -1;
    head.focus();
    return true;
  };
  scrollTo(0, 0);
  if (there()) return;
  const watch = new MutationObserver(() => there() && watch.disconnect());
  watch.observe(find("work"), { childList: true, subtree: true });
  addEventListener("hashchange", () => watch.disconnect(), { once: true });
}

function drawFrame() {
  const place = readPlace();
  find("to-breaches").hidden = !page.me?.scopes.includes("breaches");
  const known = page.provinces.some((each) => each.code === place.province);
  find("choose").hidden = find("tabs").hidden = !page.me || page.me.role === "public" || !page.provinces.length;
  find("province").replaceChildren(...(known ? [] : [el("option", { value: "" }, t("chooseProvince"))]),
    ...page.provinces.map((each) => el("option", { value: each.code, selected: each.code === place.province }, each.full_name)));
  for (const link of find("tabs").querySelectorAll("a")) {
    link.href = hashOf({ province: place.province, view: link.dataset.view });
    if (link.dataset.view === place.view) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
}

function drawChoice() {
  find("work").replaceChildren(el("section", { class: "card hello" }, el("h2", {}, t("chooseTitle")), el("p", {}, t("chooseHint"))));
}

// Whoever has no key of an officer is told what this page is for and how to get one.
function drawStranger() {
  const visitor = page.me.role === "public";
  find("work").replaceChildren(el("section", { class: "card hello", "aria-labelledby": "hello" },
    el("h2", { id: "hello" }, t(visitor ? "helloTitle" : "otherTitle")),
    el("p", {}, visitor ? t("hello") : t("other", { role: t(`role_${page.me.role}`) })),
    el("ul", { class: "does" }, ["doesImport", "doesBatches", "doesReview"].map((key) => el("li", {}, t(key)))),
    el("div", { class: "actions" },
      el("button", { type: "button", class: "primary enter-key", onclick: openKey }, t("keyEnter")),
      el("a", { class: "plain", href: "/du-lieu#key-how" }, t("keyHow")))));
}
