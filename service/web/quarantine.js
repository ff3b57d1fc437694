// The rows of a batch that wait: shown only after somebody has said what for, for they may name households; every look is written down.

import { el } from "./dom.js";
import { hashOf } from "./province_place.js";
import { openRows } from "./upload_rows.js";
import { t } from "./words.js";

const PURPOSES = ["mend", "answer", "audit"];
const LONGEST = 200;

export function openQuarantine(host, place, path) {
  let [purpose, typed] = ["", ""];
  const back = () => el("p", { class: "back" }, el("a", { href: hashOf({ ...place, waiting: "" }) }, `← ${t("batchNumber", { n: place.batch })}`));
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
    host.replaceChildren(back(), el("p", { class: "notice busy" }, t("purposeSaid", { purpose })), rows);
    openRows(rows, { path: `${path}/quarantine`, title: t("waitingTitle"), parameters: { purpose } });
  }

  // Another language changes the words, not what was typed.
  function redraw() {
    typed = host.querySelector("#purpose")?.value ?? "";
    draw();
  }

  return { redraw, close: () => {} };
}
