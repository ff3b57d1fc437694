// The first step: a file is chosen or dropped and sent; how it is read may be said, else the service finds it out.

import { el } from "./dom.js";
import { dropBox } from "./drop_box.js";
import { go } from "./province_place.js";
import { CRS, DELIMITERS, ENCODINGS, PROFILES } from "./reading_options.js";
import { openSender } from "./sending.js";
import { number, t } from "./words.js";

const KINDS = ".csv,.tsv,.txt,.xlsx,.xls,.ods,.geojson,.json,.gpkg,.kml,.kmz,.zip,.parquet";
export const BACK_KINDS = ".csv,.xlsx,.ods";
// What the form of an upload knows; what else an earlier upload tells of itself is not sent again.
const ASKED = ["mapping", "crs", "encoding", "delimiter", "sheet", "profile", "complete", "quarantine_of"];
const MOST_BYTES = 512 * 2 ** 20;
// The file that was sent last, by the id of its upload: it can be sent again to be read in another way, without choosing it anew.
const sent = new Map();

export const fileOf = (id) => sent.get(id);

// With `back` the file brings mended rows of a batch (`options.quarantine_of`), which are read as that batch was.
export function openChoice(host, place, frame, { options = {}, file = null, back = false } = {}) {
  const said = el("div", { class: "said-here" });
  const sender = openSender(said, (upload) => {
    sent.set(upload.id, file);
    frame.tell(t("sentFile"));
    go({ province: place.province, view: "nop", upload: upload.id });
  });
  const draw = () => host.replaceChildren(chooser());

  function chooser() {
    const box = dropBox({ id: "hand-over", accept: back ? BACK_KINDS : KINDS, kind: "drop big", describedby: "drop-hint", onFile: take },
      el("b", {}, t("dropHere")), el("span", { class: "primary", "aria-hidden": "true" }, t("chooseFile")), el("small", { id: "drop-hint" }, t(back ? "backKinds" : "dropKinds")));
    if (back) return el("div", { class: "hand" }, el("p", { class: "hint" }, t("backHint")), box, said);
    return el("section", { class: "hand", "aria-labelledby": "hand-title" }, el("h2", { id: "hand-title" }, t("handTitle")), el("p", { class: "hint" }, t("handHint")), box, said, more());
  }

  function more() {
    const given = Object.entries(options).some(([, value]) => value && value !== "default");
    return el("details", { class: "more", open: given }, el("summary", {}, t("moreOptions")),
      el("p", { class: "hint" }, t("moreHint")), readingFields(options), options.quarantine_of ? null :
      el("label", { class: "choice" }, el("input", { type: "checkbox", checked: Boolean(options.complete), onchange: (event) => { options.complete = event.target.checked ? "yes" : ""; } }),
        el("span", {}, t("complete"), el("small", { class: "under" }, t("completeHint")))));
  }

  function take(chosen) {
    if (!chosen || sender.busy()) return;
    if (chosen.size > MOST_BYTES) return said.replaceChildren(el("p", { class: "notice error", role: "alert" }, t("tooLarge", { n: number(MOST_BYTES / 2 ** 20) })));
    file = chosen;
    sender.start("/v1/uploads", file.name, () => formOf(file, place.province, options));
  }

  draw();
  if (file) take(file);
  return { redraw: () => { draw(); sender.redraw(); }, close: sender.close };
}

function formOf(file, province, options) {
  const form = new FormData();
  form.append("province", province);
  for (const name of ASKED) if (options[name]) form.append(name, name === "complete" ? "yes" : options[name]);
  form.append("data", file);
  return form;
}

// Fields for how a file is to be read; what is chosen is written into `options`.
export function readingFields(options) {
  const choice = (name, values, words) => el("div", {}, el("label", { class: "label", for: `read-${name}` }, t(`read_${name}`)),
    el("select", { id: `read-${name}`, onchange: (event) => { options[name] = event.target.value; } },
      ["", ...values].map((value) => el("option", { value, selected: (options[name] ?? "") === value }, value ? words(value) : t("readSelf")))));
  const sheet = el("input", { id: "read-sheet", type: "text", maxlength: "120", oninput: (event) => { options.sheet = event.target.value.trim(); } });
  sheet.value = options.sheet ?? "";
  return el("div", { class: "reading" },
    choice("crs", CRS.map(([code]) => code), (code) => crsWords(code)),
    choice("encoding", ENCODINGS, (value) => value), choice("delimiter", DELIMITERS, (value) => t(`delimiter_${DELIMITERS.indexOf(value)}`)),
    choice("profile", PROFILES, (value) => t(`profile_${value}`)),
    el("div", {}, el("label", { class: "label", for: "read-sheet" }, t("read_sheet")), sheet));
}

export function crsWords(code) {
  const [, kind, meridian] = CRS.find(([each]) => each === code) ?? [code, "", ""];
  return kind ? t(`crs_${kind}`, { meridian, code }) : code;
}
