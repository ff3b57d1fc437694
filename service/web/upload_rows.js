// Rows that would not enter: each with its issues, its wrong cells open for typing, and the proposed cells to be taken by one click.

import { ask } from "./api.js";
import { el } from "./dom.js";
import { problem } from "./problem.js";
import { lang, number, t } from "./words.js";

const PAGE = 20;
const said = (issue, vi, en) => (lang() === "en" && issue[en]) || issue[vi] || "";

// Without `edits` the rows are shown only; `parameters` are asked with each page.
export function openRows(host, { path, only = {}, title, edits = null, onEdit = () => {}, parameters = {} }) {
  const turn = Symbol("rows");
  host.turn = turn;
  const list = el("ol", { class: "rows-of" });
  const end = el("div", {});
  let [header, shown] = [[], []];
  host.replaceChildren(el("h3", { tabindex: "-1" }, title), edits ? el("div", { class: "actions take-all" }) : "", list, end);
  more(0);

  async function more(after) {
    end.replaceChildren(el("p", { class: "notice busy", role: "status" }, t("reading")));
    try {
      const found = await ask(path, { ...parameters, ...only, after: after || null, limit: PAGE });
      if (host.turn !== turn) return;
      header = found.header;
      const cards = found.rows.map((row) => card(row));
      list.append(...cards);
      shown.push(...found.rows);
      if (after && cards.length) cards[0].querySelector("h4").focus();
      end.replaceChildren(found.next ? el("button", { type: "button", class: "plain more-rows", onclick: () => more(found.next) }, t("moreRows", { n: number(PAGE) })) : "",
        shown.length ? "" : el("p", { class: "notice busy" }, t(edits ? "noRowsWait" : "nothingWaits")));
      drawTakeAll();
    } catch (error) {
      if (host.turn === turn) end.replaceChildren(problem(error, { onRetry: () => more(after) }));
    }
  }

  // A whole page of proposals by one click, once somebody has looked at them.
  function drawTakeAll() {
    const box = host.querySelector(".take-all");
    const proposals = shown.filter((row) => Object.keys(row.proposed ?? {}).length);
    if (!box || proposals.length < 2) return;
    box.replaceChildren(el("button", { type: "button", class: "plain", onclick: () => {
      list.querySelectorAll(".take:not([disabled])").forEach((each) => each.click());
      box.querySelector("button").focus();
    } }, t("takeAll", { n: number(proposals.length) })));
  }

  function card(row) {
    const proposed = row.proposed ?? {};
    const wrong = new Set([...row.issues.flatMap((each) => each.columns).filter((name) => header.includes(name)), ...Object.keys(proposed).filter((name) => header.includes(name))]);
    const rest = header.filter((name) => !wrong.has(name));
    const item = el("li", { class: "row-of" },
      el("header", {}, el("h4", { tabindex: "-1" }, t("rowNumber", { n: number(row.row) })), el("span", { class: `state ${row.outcome}` }, t(`count_${row.outcome}`))),
      el("p", { class: "context" }, rest.map((name) => cellOf(row, name)).filter(Boolean).slice(0, 8).join(" · ")),
      row.issues.filter((each) => !wrong.has(each.column)).map((each) => el("p", { class: "why" }, el("b", {}, said(each, "vi", "en")), ` ${said(each, "hint", "hint_en")}`)),
      el("div", { class: "cells" }, [...wrong].map((name) => cell(row, name, proposed[name], row.issues.filter((each) => each.columns.includes(name))))));
    if (edits && rest.length) {
      const box = el("div", { class: "cells" });
      item.append(el("details", { ontoggle: () => { if (!box.childElementCount) box.append(...rest.map((name) => cell(row, name, undefined, []))); } }, el("summary", {}, t("otherCells", { n: rest.length })), box));
    }
    return item;
  }

  const cellOf = (row, name) => row.cells[header.indexOf(name)] ?? "";

  function cell(row, name, proposal, issues) {
    const id = `cell-${row.row}-${header.indexOf(name)}`;
    const came = cellOf(row, name);
    // An issue of several cells is worded at the first of them.
    const here = issues.filter((each) => each.column === name);
    const why = here.length ? el("p", { class: "why", id: `${id}-why` }, here.map((each) => [el("b", {}, said(each, "vi", "en")), ` ${said(each, "hint", "hint_en")} `]).flat()) : null;
    if (!edits) return el("div", { class: "cell wrong" }, el("span", { class: "label" }, name), el("span", { class: "value" }, came || "—"), why, proposal != null && proposal !== "" ? el("p", { class: "why" }, t("proposal", { value: proposal })) : null);
    const field = el("input", { id, type: "text", autocomplete: "off", "aria-describedby": why ? `${id}-why` : null, "aria-invalid": issues.length ? "true" : null });
    const box = el("div", { class: issues.length || proposal !== undefined ? "cell wrong" : "cell" });
    const mark = () => {
      const changed = edits.of(row.row, name) !== undefined;
      box.classList.toggle("mended", changed);
      if (taking) taking.disabled = field.value === proposal;
    };
    const write = () => { edits.set(row.row, name, field.value, came); mark(); onEdit(); };
    field.value = edits.of(row.row, name) ?? came;
    field.addEventListener("input", write);
    const taking = proposal === undefined ? null : el("button", { type: "button", class: "plain take", onclick: () => { field.value = proposal; write(); } }, proposal === "" ? t("takeEmpty") : t("take", { value: proposal }));
    box.append(...[el("label", { for: id }, name), field, taking, why].filter(Boolean));
    mark();
    return box;
  }
}
