// The rows of a batch that wait: shown only after somebody has said what for, for they may name households; every look is written down.

import { el } from "./dom.js";
import { openHandBack } from "./hand_back.js";
import { drawProblem } from "./problem.js";
import { hashOf } from "./province_place.js";
import { saveFile } from "./saved.js";
import { openRows } from "./upload_rows.js";
import { t } from "./words.js";

const EXPORTS = ["xlsx", "csv"];
const PURPOSES = ["mend", "answer", "audit"];
const LONGEST = 200;

export function openQuarantine(host, place, path, frame) {
  let [purpose, typed] = ["", ""];
  const back = () => el("p", { class: "back" }, el("a", { href: hashOf({ ...place, waiting: "" }) }, `← ${t("batchNumber", { n: place.batch })}`));
  const again = openHandBack(place, frame);
  draw();

  function draw() {
    if (purpose) return drawRows();
    const own = el("input", { id: "purpose", type: "text", maxlength: String(LONGEST), required: true, autocomplete: "off", value: typed });
    return host.replaceChildren(back(), el("form", { class: "card purpose", onsubmit: (event) => { event.preventDefault(); purpose = own.value.trim(); if (purpose) drawRows(); } },
      el("h2", {}, t("purposeTitle")), el("p", {}, t("purposeHint")),
      el("div", { class: "chips", role: "group", "aria-label": t("purposeTitle") }, PURPOSES.map((name) => el("button", { type: "button", class: "chip", onclick: () => { own.value = t(`purpose_${name}`); own.focus(); } }, t(`purpose_${name}`)))),
      el("label", { class: "label", for: "purpose" }, t("purpose")), own,
      el("div", { class: "actions" }, el("button", { class: "primary" }, t("showRows")))));
  }

  function drawRows() {
    const rows = el("div", {});
    host.replaceChildren(back(), el("p", { class: "notice busy" }, t("purposeSaid", { purpose })), home(), rows);
    openRows(rows, { path: `${path}/quarantine`, title: t("waitingTitle"), parameters: { purpose } });
  }

  // All rows as a file: mended in a spreadsheet, it is handed in again just below.
  function home() {
    const said = el("div", {});
    const fetched = async (format) => {
      said.replaceChildren();
      try { await saveFile(`${path}/quarantine/export`, { format, purpose }, `sua-lo-${place.batch}.${format}`); } catch (error) { drawProblem(said, error, { onRetry: () => fetched(format) }); }
    };
    return el("section", { class: "card go-home", "aria-labelledby": "home-title" }, el("h2", { id: "home-title" }, t("homeTitle")), el("p", { class: "hint" }, t("homeHint")),
      el("div", { class: "actions" }, EXPORTS.map((format, at) => el("button", { type: "button", class: at ? "plain" : "primary", onclick: () => fetched(format) }, t("homeAs", { format: format.toUpperCase() })))), said, again.part());
  }

  // Another language changes the words, not what was typed.
  function redraw() {
    typed = host.querySelector("#purpose")?.value ?? "";
    again.redraw();
    draw();
  }

  return { redraw, close: again.close };
}
