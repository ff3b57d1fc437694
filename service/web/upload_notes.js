// What was noticed of a file as a whole, as the check says it.

import { el } from "./dom.js";
import { lang, t } from "./words.js";

// How the file was read stands among its facts already.
const FACTS = new Set(["file.encoding", "file.delimiter", "file.format"]);
// The note under which a trial says that an import would be refused for points elsewhere.
export const MISPLACED = "file.would_be_refused";

// The system that fits better, as the advice of that note names it (loaders.axes).
const FITS = /fits better: (EPSG:\d+)/;
const GOOD_SHARE = 0.99;

export const wellInside = (share) => share == null || share >= GOOD_SHARE;

export function fittingSystem({ notes }) {
  const found = FITS.exec((notes ?? []).find((note) => note.code === MISPLACED)?.words ?? "");
  return found ? found[1] : "";
}

export function notesOf({ notes, inside_share: share }) {
  const shown = (notes ?? []).filter((note) => !FACTS.has(note.code) && note.code !== MISPLACED);
  if (!shown.length) return "";
  return el("details", { class: "notes-of", open: shown.length <= 3 || !wellInside(share) }, el("summary", {}, t("notesTitle", { n: shown.length })),
    el("ul", {}, shown.map((note) => el("li", {}, el("b", {}, (lang() === "en" && note.en) || note.vi), note.words ? el("span", {}, ` ${note.words}`) : null))));
}
