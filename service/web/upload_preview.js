// The second step: how the file was read, which column is read as what, its first rows; each column may be read as something else.

import { tell } from "./api.js";
import { el } from "./dom.js";
import { drawProblem } from "./problem.js";
import { crsWords, fileOf, openChoice, readingFields } from "./upload_choose.js";
import { fittingSystem, notesOf, wellInside } from "./upload_notes.js";
import { number, percent, t } from "./words.js";

const FIELDS = ["so_nha", "ngo", "ngach", "duong", "thon_to", "toa_nha", "tang", "phong", "dia_chi", "xa", "huyen", "tinh", "ma_xa", "kinh_do", "vi_do", "toa_do", "ma_dia_chi_so", "vpostcode",
  "loai", "ma_ho", "so_ho", "trang_thai", "ngay_thu_thap", "ghi_chu", "stt"];
// So many columns are shown whatever they are; of the others only those that are read, where it hides as many as that.
const ALWAYS = 12;
const FEWEST_FOLDED = 8;

export function drawPreview(host, { upload, place, path, show, frame, edits }) {
  const { preview } = upload;
  const chosen = new Map(preview.columns.filter((each) => each.proposed).map((each) => [each.column, each.field]));
  const said = el("div", {});
  let choice = null;
  // Hundreds of columns that nobody reads hide those that matter.
  const near = preview.columns.map((_, at) => at).filter((at) => at < ALWAYS || preview.columns[at].field || preview.columns[at].proposed);
  let open = preview.columns.length - near.length < FEWEST_FOLDED;
  const seen = () => (open ? preview.columns.map((_, at) => at) : near);
  host.replaceChildren(facts(), ...elsewhere(), notesOf(upload), columns(), first(), otherwise());

  function facts() {
    const share = upload.inside_share;
    const rows = [
      ["format", String(preview.format ?? "").toUpperCase()], ["encoding", preview.encoding], ["delimiter", shownDelimiter(preview.delimiter)], ["sheet", preview.sheet],
      ["crs", preview.crs && crsWords(preview.crs)], ["inside", share == null ? null : percent(share), !wellInside(share) ? "bad" : ""],
    ].filter(([, value]) => value);
    return el("dl", { class: "facts" }, rows.map(([name, value, kind]) => el("div", { class: kind || null }, el("dt", {}, t(`fact_${name}`)), el("dd", {}, value))));
  }

  // Points that lie elsewhere most often are in another system than they were read in: the one that fits is one press away.
  function elsewhere() {
    if (wellInside(upload.inside_share)) return [];
    const code = fittingSystem(upload);
    const box = el("div", {});
    return [el("section", { class: "notice error", id: "elsewhere" }, el("p", {}, t("elsewhere", { share: percent(upload.inside_share) }), " ", t(code ? "elsewhereFits" : "elsewhereLook", { system: crsWords(code) })),
      code ? el("div", { class: "actions" }, el("button", { type: "button", class: "primary", id: "read-fitting", onclick: () => reread(box, { ...asRead(), crs: code }) }, t("readAs", { system: crsWords(code) }))) : null, box)];
  }

  function unfold() {
    open = true;
    const from = near.at(-1) + 1;
    host.querySelector("#columns").replaceWith(columns());
    host.querySelector("#first").replaceWith(first());
    host.querySelector(`#column-${Math.min(from, preview.columns.length - 1)}`)?.focus();
  }

  function columns() {
    return el("section", { id: "columns", "aria-labelledby": "columns-title" }, el("h3", { id: "columns-title" }, t("columnsTitle")), el("p", { class: "hint" }, t("columnsHint")),
      el("ul", { class: "mapping" }, seen().map((at) => column(preview.columns[at], at))),
      open ? null : el("div", { class: "actions" }, el("button", { type: "button", class: "plain", id: "all-columns", onclick: unfold }, t("allColumns", { n: number(preview.columns.length - near.length) }))),
      el("div", { class: "actions" }, el("button", { type: "button", class: "primary", id: "remap", disabled: !chosen.size, onclick: remap }, t("remap"))), said);
  }

  function column({ column: name, field, examples, why, proposed }, index) {
    const change = (event) => {
      const value = event.target.value || null;
      if (value === (field ?? null) && !proposed) chosen.delete(name); else chosen.set(name, value);
      host.querySelector("#remap").disabled = !chosen.size;
      event.target.closest("li").classList.toggle("changed", chosen.has(name));
    };
    const mark = why === "personal" ? "personal" : proposed ? "unsure" : field ? "" : "unread";
    return el("li", { class: mark || null },
      el("label", { for: `column-${index}` }, el("b", {}, name || t("noName")), el("small", {}, examples?.filter(Boolean).join(" · ") || t("emptyColumn")),
        mark === "personal" || mark === "unsure" ? el("small", { class: "mark" }, t(`column_${mark}`)) : null),
      el("select", { id: `column-${index}`, onchange: change }, el("option", { value: "" }, t("notRead")),
        FIELDS.map((each) => el("option", { value: each, selected: each === field }, t(`field_${each}`)))));
  }

  async function remap() {
    const button = host.querySelector("#remap");
    button.disabled = true;
    try {
      const found = await tell(`${path}/mapping`, { columns: Object.fromEntries(chosen) });
      show(found);
    } catch (error) {
      button.disabled = false;
      drawProblem(said, error, { onRetry: remap });
    }
  }

  function first() {
    return el("section", { id: "first", "aria-labelledby": "first-title" }, el("h3", { id: "first-title" }, t("firstRows")),
      el("div", { class: "sideways", role: "region", tabindex: "0", "aria-labelledby": "first-title" }, el("table", {},
        el("thead", {}, el("tr", {}, seen().map((at) => el("th", { scope: "col" }, preview.columns[at].column)))),
        el("tbody", {}, preview.rows.map((cells) => el("tr", {}, seen().map((at) => el("td", {}, cells[at] ?? ""))))))));
  }

  function asRead() {
    const options = Object.fromEntries(["crs", "encoding", "delimiter", "sheet", "profile", "quarantine_of"].map((name) => [name, upload.options?.[name] ?? ""]));
    return upload.options?.complete ? { ...options, complete: "yes" } : options;
  }

  function reread(box, options) {
    choice?.close();
    // What was said of the columns holds as long as they are the same columns.
    const same = ["encoding", "delimiter", "sheet"].every((name) => options[name] === (upload.options?.[name] ?? ""));
    const mapping = same && upload.options?.mapping ? JSON.stringify(upload.options.mapping, (_, value) => value ?? undefined) : "";
    choice = openChoice(box, place, frame, { options: { ...options, mapping }, file: fileOf(upload.id) ?? null });
  }

  // Another encoding, sheet or coordinate system: the same file is sent again with what was chosen.
  function otherwise() {
    const options = asRead();
    const box = el("div", {});
    const again = () => reread(box, options);
    return el("details", { class: "more" }, el("summary", {}, t("otherwise")), el("p", { class: "hint" }, t(edits.count() ? "otherwiseLoses" : "otherwiseHint")), readingFields(options),
      el("div", { class: "actions" }, el("button", { type: "button", class: "plain", onclick: again }, t(fileOf(upload.id) ? "readAgain" : "readAgainChoose"))), box);
  }

  return { close: () => choice?.close() };
}

const shownDelimiter = (sign) => (sign === "\t" ? "Tab" : sign);
