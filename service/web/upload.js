// One hand-over on its way: what the service is doing with it, and the steps from preview to registry.

import { ask } from "./api.js";
import { el } from "./dom.js";
import { settled } from "./batch.js";
import { openEdits } from "./edits.js";
import { problem } from "./problem.js";
import { go, hashOf } from "./province_place.js";
import { openChoice } from "./upload_choose.js";
import { drawConfirm, repeated } from "./upload_confirm.js";
import { drawIssues } from "./upload_issues.js";
import { drawPreview } from "./upload_preview.js";
import { lang, number, t } from "./words.js";

const STEPS = { xem: drawPreview, loi: drawIssues, nhap: drawConfirm };
const BUSY = ["received", "checking", "importing"];
const POLL_MS = 800;
const AGAIN_MS = 5000;

export function openUpload(host, place, frame) {
  const path = `/v1/uploads/${encodeURIComponent(place.upload)}`;
  const edits = openEdits(place.upload);
  const trouble = el("div", {});
  const body = el("div", { class: "upload" });
  let [upload, timer, closed, choice, step] = [null, 0, false, null, null];
  host.replaceChildren(el("p", { class: "back" }, el("a", { href: hashOf({ province: place.province, view: "nop" }) }, `← ${t("backUploads")}`)), trouble, body);
  load();

  async function load() {
    clearTimeout(timer);
    try {
      const found = await ask(path);
      if (closed) return;
      trouble.replaceChildren();
      show(found);
    } catch (error) {
      if (closed) return;
      trouble.replaceChildren(problem(error, { onRetry: load }));
      // The network comes back by itself: what was busy goes on being followed.
      if (error.status === 0 || error.wait) timer = setTimeout(load, Math.max(AGAIN_MS, error.wait * 1000));
    }
  }

  // What a change of the upload answered with, or what was asked of it.
  function show(found) {
    const before = upload;
    upload = found;
    const busy = BUSY.includes(upload.state);
    if (busy) timer = setTimeout(load, POLL_MS);
    if (busy && before?.state === upload.state && body.querySelector("progress")) return follow();
    if (before && before.state !== upload.state) frame.tell(t(`upload_${upload.state}`));
    return draw();
  }

  function draw() {
    choice?.close();
    step = null;
    const held = body.contains(document.activeElement);
    body.replaceChildren(head(), ...inner());
    // Whoever waited here goes on here, not at the top of the page.
    if (held) body.querySelector("h2").focus();
  }

  function head() {
    const first = upload.options?.quarantine_of;
    const size = upload.bytes >= 2 ** 20 ? t("megabytes", { n: number(upload.bytes / 2 ** 20, 1) }) : t("kilobytes", { n: number(Math.ceil(upload.bytes / 1024)) });
    return el("header", { class: "upload-head" }, el("h2", { tabindex: "-1" }, upload.name),
      el("p", { class: "hint" }, size, " · ", el("span", { class: `state ${upload.state}` }, t(`upload_${upload.state}`))),
      first ? el("p", { class: "settled" }, t("againOf"), " ", el("a", { href: hashOf({ province: place.province, view: "lo", batch: first }) }, t("batchNumber", { n: first }))) : null);
  }

  function inner() {
    if (BUSY.includes(upload.state)) return [going()];
    if (upload.state === "imported") return [imported()];
    if (upload.state === "expired") return [el("p", { class: "notice error" }, t("expired")), restart()];
    const refused = upload.refusal ? [refusal()] : [];
    const open = Object.keys(STEPS).filter((name) => (name === "xem" ? upload.preview : upload.counts));
    if (!open.length) return [...refused, restart()];
    const at = open.includes(place.step) ? place.step : open.includes("nhap") && upload.refusal ? "nhap" : open[0];
    const work = el("div", {});
    const context = { upload, place, path, edits, frame, show, toStep, steps: open, again: () => ask(path).then((now) => now.state !== upload.state && show(now), () => {}) };
    step = STEPS[at](work, context);
    return [...(at === "nhap" ? [] : refused), steps(open, at), work, forward(open, at)];
  }

  function steps(open, at) {
    return el("nav", { "aria-label": t("steps") }, el("ol", { class: "steps" }, Object.keys(STEPS).map((name, index) => el("li", {},
      open.includes(name)
        ? el("a", { href: hashOf({ ...place, step: name }), "aria-current": name === at ? "step" : null }, el("b", {}, String(index + 1)), t(`step_${name}`))
        : el("span", {}, el("b", {}, String(index + 1)), t(`step_${name}`))))));
  }

  function forward(open, at) {
    const next = open[open.indexOf(at) + 1];
    return next ? el("div", { class: "actions forward" }, el("a", { class: "primary", href: hashOf({ ...place, step: next }) }, t(`to_${next}`), " →")) : "";
  }

  function going() {
    const bar = el("progress", { max: 1, "aria-label": t(`upload_${upload.state}`) });
    const doing = el("p", { class: "doing" });
    setTimeout(follow);
    return el("section", { class: "card going" }, doing, bar, el("p", { class: "hint" }, t(upload.state === "importing" ? "importingHint" : "checkingHint")));
  }

  function follow() {
    const { stage = "", done = 0, total = 0 } = upload.progress ?? {};
    const [vi, en] = stage.split(" / ");
    const bar = body.querySelector("progress");
    if (!bar) return;
    if (total) bar.value = done / total; else bar.removeAttribute("value");
    body.querySelector(".doing").textContent = [(lang() === "en" && en) || vi || t(`upload_${upload.state}`), total ? t("doneOf", { n: number(done), m: number(total) }) : ""].filter(Boolean).join(" · ");
  }

  function refusal() {
    const { vi, en, hint } = upload.refusal;
    return el("div", { class: "notice error", role: "alert" }, el("p", {}, el("b", {}, lang() === "en" ? en : vi)), hint ? el("p", {}, hint) : null);
  }

  function restart() {
    const box = el("div", {});
    choice = openChoice(box, place, frame, { options: { ...(upload.options ?? {}), mapping: "" } });
    return box;
  }

  // Whoever comes back later reads what the batch is now, and what it settled.
  async function since(box, number) {
    try {
      const batch = await ask(`/v1/batches/${number}`);
      box.replaceChildren(...settled(batch, place));
      if (batch.state === "rolled_back") box.replaceChildren(el("p", { class: "notice error" }, t("importedUndone")));
    } catch (error) { box.replaceChildren(problem(error)); }
  }

  function imported() {
    edits.clear();
    if (upload.repeated) return repeated(upload, place);
    const now = el("div", {});
    since(now, upload.batch_id);
    const counts = upload.counts ?? { new: 0, changed: 0, incomplete: 0 };
    return el("section", { class: "card done" }, el("h3", {}, `✓ ${t("importedTitle", { batch: upload.batch_id })}`),
      el("p", {}, t("importedWhat", { new: number(counts.new), changed: number(counts.changed) })),
      counts.incomplete + (counts.rejected ?? 0) + (counts.duplicate ?? 0) ? el("p", {}, t("importedWaiting", { n: number(counts.incomplete + counts.rejected + counts.duplicate) })) : null,
      now,
      el("div", { class: "actions" },
        el("a", { class: "primary", href: hashOf({ province: place.province, view: "lo", batch: upload.batch_id }) }, t("toBatch")),
        el("a", { class: "plain", href: hashOf({ province: place.province, view: "nop" }) }, t("another"))));
  }

  function toStep(name) {
    go({ ...place, step: name });
  }

  return {
    redraw: () => { if (upload && !choice) draw(); else choice?.redraw(); },
    close: () => { closed = true; clearTimeout(timer); choice?.close(); step?.close?.(); },
  };
}

