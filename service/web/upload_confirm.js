// The last step: what the import will do, in plain words, what has to be said yes to expressly, and the button that does it.

import { tell } from "./api.js";
import { el } from "./dom.js";
import { drawProblem } from "./problem.js";
import { hashOf } from "./province_place.js";
import { MISPLACED } from "./upload_notes.js";
import { lang, number, percent, t } from "./words.js";

const ENTERING = ["new", "changed", "same"];
const STAYING = ["incomplete", "duplicate", "rejected"];
const WIDTH = 600;
const ENOUGH = 0.99;

export function drawConfirm(host, { upload, place, path, show, edits, again }) {
  const { counts } = upload;
  if (upload.repeated) return void host.replaceChildren(repeated(upload, place));
  const said = el("div", {});
  const asked = questions();
  const enough = () => counts.accepted > 0 && asked.every(({ box }) => box.checked);
  const button = el("button", { type: "button", class: "primary big", id: "confirm", disabled: !enough(), onclick: confirm }, t("confirm", { n: number(counts.accepted) }));
  asked.forEach(({ box }) => box.addEventListener("change", () => { button.disabled = !enough(); }));
  host.replaceChildren(
    el("section", { class: "card sums", "aria-labelledby": "sums-title" }, el("h3", { id: "sums-title" }, t("sumsTitle")), tally(),
      lines("entering", ENTERING), lines("staying", STAYING), retirement(), el("p", { class: "hint" }, t("undoable"))),
    ...(edits.count() ? [el("p", { class: "notice error" }, t("editsLeft", { n: number(edits.count()) }))] : []),
    ...(counts.accepted ? asked.map((each) => each.part) : [el("p", { class: "notice error" }, t("nothingEnters"))]),
    el("div", { class: "actions forward" }, button), said);

  // The same counts as a bar, whose words are the lines beneath.
  function tally() {
    const all = Math.max(1, [...ENTERING, ...STAYING].reduce((sum, name) => sum + (counts[name] ?? 0), 0));
    const node = (name, values) => Object.entries(values).reduce((made, [key, value]) => { made.setAttribute(key, value); return made; }, document.createElementNS("http://www.w3.org/2000/svg", name));
    const drawn = node("svg", { viewBox: `0 0 ${WIDTH} 14`, preserveAspectRatio: "none", width: "100%", height: 14, class: "tally", "aria-hidden": "true" });
    let at = 0;
    for (const name of [...ENTERING, ...STAYING].filter((each) => counts[each])) {
      const size = (counts[name] / all) * WIDTH;
      drawn.append(node("rect", { class: `part ${name}`, x: at, width: Math.max(size, 2), height: 14 }));
      at += size;
    }
    return drawn;
  }

  function lines(title, names) {
    const known = names.filter((name) => counts[name]);
    return el("div", {}, el("h4", {}, t(title)), el("ul", { class: "plainly" }, known.length
      ? known.map((name) => el("li", {}, el("i", { class: `dot ${name}`, "aria-hidden": "true" }), el("span", {}, el("b", {}, number(counts[name])), " ", t(`plain_${name}`))))
      : el("li", {}, t(`no_${title}`))));
  }

  function retirement() {
    const losses = (upload.notes ?? []).filter((note) => note.code.startsWith("batch.retired"));
    const complete = Boolean(upload.options?.complete);
    return el("div", {}, el("h4", {}, t("retiring")), el("ul", { class: "plainly" }, losses.length
      ? losses.map((note) => el("li", {}, el("span", {}, el("b", {}, ((lang() === "en" && note.en) || note.vi).split(" / ")[0]), `: ${note.words}`)))
      : el("li", {}, t(complete ? "retiresNone" : "retiresNever"))));
  }

  // What the file may be wrong about as a whole is asked one by one: nothing is ticked beforehand.
  function questions() {
    const found = [];
    const misplaced = (upload.notes ?? []).find((note) => note.code === MISPLACED) ?? (upload.refusal && upload.inside_share != null && upload.inside_share < ENOUGH ? { words: upload.refusal.vi } : null);
    if (misplaced) found.push(question("accept_misplaced", t("askMisplaced", { share: upload.inside_share == null ? "" : percent(1 - upload.inside_share) }), misplaced.words));
    const many = (upload.notes ?? []).find((note) => note.code === "batch.retired_many");
    if (many) found.push(question("", t("askRetired"), many.words));
    return found;
  }

  function question(name, words, more) {
    const box = el("input", { type: "checkbox", value: name });
    return { name, box, part: el("div", { class: "guard" }, el("p", {}, more), el("label", { class: "choice" }, box, el("span", {}, words))) };
  }

  async function confirm() {
    button.disabled = true;
    try {
      show(await tell(`${path}/confirm`, Object.fromEntries(asked.filter(({ name }) => name).map(({ name, box }) => [name, box.checked]))));
    } catch (error) {
      button.disabled = !enough();
      drawProblem(said, error, { onRetry: confirm });
      if (error.status === 409) again();
    }
  }

  if (upload.refusal) {
    const { vi, en, hint } = upload.refusal;
    host.prepend(el("div", { class: "notice error", role: "alert" }, el("p", {}, el("b", {}, lang() === "en" ? en : vi)), hint ? el("p", {}, hint) : null));
  }
}

// The same file stands in the registry: the way to its batch takes the place of the button.
export const repeated = (upload, place) => el("section", { class: "card", id: "repeated" }, el("h3", {}, t("repeatedTitle", { batch: upload.batch_id })), el("p", {}, t("repeatedWhat")),
  el("div", { class: "actions" }, el("a", { class: "primary", href: hashOf({ province: place.province, view: "lo", batch: upload.batch_id }) }, t("toBatch"))));
