// What was noticed of a file as a whole, as the check says it.

import { el } from "./dom.js";
import { lang, t } from "./words.js";

// How the file was read stands among its facts already.
const FACTS = new Set(["file.encoding", "file.delimiter", "file.format"]);
// The note under which a trial says that an import would be refused for points elsewhere.
export const MISPLACED = "file.would_be_refused";

export function notesOf({ notes }) {
  const shown = (notes ?? []).filter((note) => !FACTS.has(note.code) && note.code !== MISPLACED);
  if (!shown.length) return "";
  return el("details", { class: "notes-of", open: shown.length <= 3 }, el("summary", {}, t("notesTitle", { n: shown.length })),
    el("ul", {}, shown.map((note) => el("li", {}, el("b", {}, (lang() === "en" && note.en) || note.vi), note.words ? el("span", {}, ` ${note.words}`) : null))));
}
