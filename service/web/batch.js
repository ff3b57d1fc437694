// One batch: what became of its rows, its papers, the rows that wait, and undoing it after a look at what would go.

import { ask, tell } from "./api.js";
import { el } from "./dom.js";
import { openHandBack } from "./hand_back.js";
import { drawProblem } from "./problem.js";
import { hashOf } from "./province_place.js";
import { openQuarantine } from "./quarantine.js";
import { paperLink, saveFile } from "./saved.js";
import { day, lang, number, t } from "./words.js";

const COUNTS = ["new", "changed", "same", "incomplete", "duplicate", "rejected"];

// Which kept rows of other batches this one settled, where it brought mended rows in.
export const settled = (batch, place) => (batch.settled ?? []).map((each) => el("p", { class: "settled" },
  el("a", { href: hashOf({ province: place.province, view: "lo", batch: each.batch }) }, t("batchNumber", { n: each.batch })), ": ", t("settledWhat", { n: number(each.rows), m: number(each.waiting) })));

export function openBatch(host, place, frame) {
  const path = `/v1/batches/${encodeURIComponent(place.batch)}`;
  if (place.waiting) return openQuarantine(host, place, path, frame);
  const body = el("div", {});
  const again = openHandBack(place, frame);
  let [batch, kept] = [null, {}];
  host.replaceChildren(el("p", { class: "back" }, el("a", { href: hashOf({ province: place.province, view: "lo" }) }, `← ${t("backBatches")}`)), body);
  load();

  async function load() {
    try {
      batch = await ask(path);
      draw();
    } catch (error) { drawProblem(body, error, { onRetry: load }); }
  }

  function draw() {
    if (!batch) return;
    body.replaceChildren(
      el("header", { class: "upload-head" }, el("h2", {}, t("batchNumber", { n: batch.id }), ": ", batch.name),
        el("p", { class: "hint" }, el("span", { class: `state ${batch.state}` }, t(`batch_${batch.state}`)), " ",
          [["received_at", "batchReceived"], ["committed_at", "batchCommitted"], ["rolled_back_at", "batchUndone"]].filter(([name]) => batch[name]).map(([name, words]) => t(words, { day: day(batch[name]) })).join(" · "))),
      el("dl", { class: "counts-of" }, COUNTS.map((name) => el("div", {}, el("dt", {}, el("i", { class: `dot ${name}`, "aria-hidden": "true" }), t(`count_${name}`)), el("dd", {}, number(batch.counts[name] ?? 0))))),
      papers(), waiting(), issues(), undo(),
      el("details", { class: "more" }, el("summary", {}, t("fingerprint")), el("p", { class: "hint" }, `${t("handedBy")}: ${batch.actor || "—"}`), el("p", {}, el("code", { class: "long" }, `SHA-256 ${batch.sha256}`))));
  }

  // Another language changes the words, not what was typed.
  function redraw() {
    const box = body.querySelector(".undo");
    kept = { open: box?.open, reason: box?.querySelector("textarea").value };
    again.redraw();
    draw();
  }

  function papers() {
    const said = el("div", {});
    const doing = (act) => async () => {
      said.replaceChildren();
      try { await act(); } catch (error) { drawProblem(said, error, { onRetry: doing(act) }); }
    };
    const report = (format) => el("button", { type: "button", class: "plain", onclick: doing(() => saveFile(`${path}/report`, { format }, `lo_${batch.id}.${format}`)) }, t("report", { format: format.toUpperCase() }));
    const minutes = ["committed", "rolled_back"].includes(batch.state);
    return el("section", { "aria-labelledby": "papers" }, el("h3", { id: "papers" }, t("papers")),
      el("div", { class: "actions" },
        minutes ? paperLink({ tinh: place.province, lo: batch.id }, t("minutes")) : null,
        ["xlsx", "csv", "html"].map(report)), el("p", { class: "hint" }, t(minutes ? "papersHint" : "papersNoMinutes")), said);
  }

  function waiting() {
    const left = batch.waiting ?? 0;
    return el("section", { "aria-labelledby": "waiting" }, el("h3", { id: "waiting" }, t("waitingTitle")),
      left ? el("p", {}, t("waitingOf", { n: number(left) })) : el("p", {}, t("nothingWaits")),
      left ? el("div", { class: "actions" }, el("a", { class: "plain", href: hashOf({ ...place, waiting: "1" }) }, t("seeWaiting"))) : "", left && batch.state === "committed" ? again.part() : "", settled(batch, place));
  }

  function issues() {
    const found = (batch.issues ?? []).filter((each) => each.rows);
    return found.length ? el("section", { "aria-labelledby": "batch-issues" }, el("h3", { id: "batch-issues" }, t("batchIssues")),
      el("ul", { class: "issues still" }, found.map((each) => el("li", {}, el("b", { class: "how-many" }, number(each.rows)),
        el("span", {}, el("b", {}, (lang() === "en" && each.en) || each.vi || each.code), el("small", {}, (lang() === "en" && each.hint_en) || each.hint || "")))))) : "";
  }

  function undo() {
    if (batch.state !== "committed") return "";
    const reason = el("textarea", { id: "undo-reason", rows: "2", maxlength: "500" }, kept.reason);
    const said = el("div", { "aria-live": "polite" });
    const look = el("button", { type: "button", class: "plain", id: "undo-look", onclick: () => rollback(true) }, t("undoLook"));

    async function rollback(dry) {
      const why = reason.value.trim();
      if (!why) { said.replaceChildren(el("p", { class: "notice error", role: "alert" }, t("undoNeedsReason"))); return reason.focus(); }
      try {
        const told = await tell(`${path}/rollback`, { reason: why, dry_run: dry });
        if (!dry) { frame.tell(t("undone")); return load(); }
        return said.replaceChildren(el("div", { class: "guard" },
          el("p", {}, t("undoWhat", { removed: number(told.removed), restored: number(told.restored) })), el("p", {}, t("undoCodes")),
          el("div", { class: "actions" }, el("button", { type: "button", class: "danger", id: "undo", onclick: () => rollback(false) }, t("undo")))));
      } catch (error) { return drawProblem(said, error, { onRetry: () => rollback(dry), fields: { reason: t("undoReason") } }); }
    }

    return el("details", { class: "more undo", open: kept.open }, el("summary", {}, t("undoTitle")), el("p", { class: "hint" }, t("undoHint")),
      el("label", { class: "label", for: "undo-reason" }, t("undoReason")), reason, el("div", { class: "actions" }, look), said);
  }

  return { redraw, close: again.close };
}

