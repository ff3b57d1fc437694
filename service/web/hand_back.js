// Kept rows of a batch come in again: their export, mended, goes the way of any file, and settles what waits.

import { el } from "./dom.js";
import { openChoice } from "./upload_choose.js";
import { t } from "./words.js";

export function openHandBack(place, frame) {
  const box = el("div", {});
  const choice = openChoice(box, { ...place, batch: "", waiting: "" }, frame, { options: { quarantine_of: place.batch }, back: true });
  return { part: () => el("details", { class: "more hand-back" }, el("summary", {}, t("backTitle")), box), redraw: choice.redraw, close: choice.close };
}
