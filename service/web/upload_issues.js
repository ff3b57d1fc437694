// The third step: what is wrong with how many rows, the rows themselves to be mended in place, and the check of what was mended.

import { tell } from "./api.js";
import { el } from "./dom.js";
import { dropBox } from "./drop_box.js";
import { drawProblem } from "./problem.js";
import { saveFile } from "./saved.js";
import { openSender } from "./sending.js";
import { BACK_KINDS } from "./upload_choose.js";
import { openRows } from "./upload_rows.js";
import { lang, number, t } from "./words.js";

const OUTCOMES = ["incomplete", "duplicate", "rejected"];
const REPORTS = ["xlsx", "csv", "html"];
const WEIGHT = { error: 0, rejected: 0, warning: 1, incomplete: 1, duplicate: 1, note: 2 };

export function drawIssues(host, { upload, path, show, edits, frame }) {
  const issues = [...(upload.issues ?? [])].filter((each) => each.rows).sort((one, other) => (WEIGHT[one.level] ?? 1) - (WEIGHT[other.level] ?? 1) || other.rows - one.rows);
  // What passes all the same is to be known, not to be mended.
  const [stopping, passing] = [issues.filter((each) => each.level !== "note"), issues.filter((each) => each.level === "note")];
  const waiting = OUTCOMES.reduce((sum, name) => sum + upload.counts[name], 0);
  let only = {};
  let sender = null;
  const said = el("div", {});
  const rows = el("div", { id: "rows" });
  const bar = el("div", { class: "mend-bar", hidden: true });
  const list = el("div", {});
  const told = (issue) => [el("b", { class: "how-many" }, number(issue.rows)),
    el("span", {}, el("b", {}, worded(issue, "vi", "en")), el("small", {}, worded(issue, "hint", "hint_en"))), el("small", { class: "level" }, t(`level_${issue.level}`))];
  const worded = (issue, vi, en) => (lang() === "en" && issue[en]) || issue[vi] || issue.code;
  const same = (values) => only.issue === values.issue && only.outcome === values.outcome;
  host.replaceChildren(summary(), list, rows, bar, reports());
  drawList();
  drawBar();
  if (waiting) pick({});

  function summary() {
    if (!waiting) return el("p", { class: "notice good" }, t("allGood"));
    return el("p", { class: "lead-in" }, t("waitingRows", { n: number(waiting) }), " ", t("waitingHint"));
  }

  function drawList() {
    const chip = (values, words, count) => el("button", { type: "button", class: `chip ${values.outcome ?? ""}`, "aria-pressed": String(same(values)), onclick: () => pick(values) }, `${words} `, el("b", {}, number(count)));
    list.replaceChildren(
      waiting ? el("div", { class: "chips", role: "group", "aria-label": t("byOutcome") }, chip({}, t("allRows"), waiting),
        OUTCOMES.filter((name) => upload.counts[name]).map((name) => chip({ outcome: name }, t(`count_${name}`), upload.counts[name]))) : "",
      stopping.length ? el("ul", { class: "issues" }, stopping.map((issue) => el("li", {}, el("button", { type: "button", class: issue.level, "aria-pressed": String(same({ issue: issue.code })), onclick: () => pick({ issue: issue.code }) }, told(issue))))) : "",
      passing.length ? el("details", { class: "passing", open: !waiting }, el("summary", {}, t("passing", { n: passing.length })), el("ul", { class: "issues still" }, passing.map((issue) => el("li", {}, told(issue))))) : "");
  }

  function pick(values) {
    const moved = Object.keys(values).length > 0;
    only = values;
    drawList();
    const issue = issues.find((each) => each.code === values.issue);
    const title = issue ? worded(issue, "vi", "en") : t(values.outcome ? `count_${values.outcome}` : "allRows");
    openRows(rows, { path: `${path}/rows`, only, title, edits, onEdit: drawBar });
    // What was pressed is drawn anew: whoever goes by the keyboard goes on at the rows.
    if (moved) rows.querySelector("h3").focus();
  }

  function drawBar() {
    bar.hidden = !edits.count();
    if (bar.hidden) return bar.replaceChildren();
    const check = el("button", { type: "button", class: "primary", id: "check-again", onclick: () => mend(check) }, t("checkAgain"));
    return bar.replaceChildren(el("p", { role: "status" }, t("mendedRows", { n: number(edits.count()) })),
      el("div", { class: "actions" }, check, el("button", { type: "button", class: "plain", onclick: () => { edits.clear(); drawBar(); pick(only); } }, t("forgetEdits"))), said);
  }

  // The corrections are forgotten only once the service has taken them.
  async function mend(button) {
    button.disabled = true;
    try {
      const found = await tell(`${path}/fixes`, { rows: edits.list() });
      edits.clear();
      frame.tell(t("checkingAgain"));
      show(found);
    } catch (error) {
      button.disabled = false;
      drawProblem(said, error, { onRetry: () => mend(button) });
    }
  }

  // The report itself, mended in a spreadsheet: what differs in it goes into the corrected copy.
  function mended() {
    const box = el("div", { class: "said-here" });
    sender = openSender(box, (found) => { frame.tell(t("checkingAgain")); show(found); });
    const take = (file) => file && sender.start(`${path}/mended`, file.name, () => { const form = new FormData(); form.append("data", file); return form; });
    return el("details", { class: "more hand-back" }, el("summary", {}, t("reportBack")), el("p", { class: "hint" }, t("reportBackHint")),
      dropBox({ id: "mended-report", accept: BACK_KINDS, onFile: take }, t("reportBackDrop")), box);
  }

  function reports() {
    const place = el("div", {});
    const fetched = async (format) => {
      place.replaceChildren();
      try {
        await saveFile(`${path}/report`, { format }, `kiem_tra_${upload.name.replace(/\.\w+$/, "")}.${format}`);
      } catch (error) { drawProblem(place, error, { onRetry: () => fetched(format) }); }
    };
    return el("section", { class: "reports-of", "aria-labelledby": "check-report" }, el("h3", { id: "check-report" }, t("checkReport")), el("p", { class: "hint" }, t("checkReportHint")),
      el("div", { class: "actions" }, REPORTS.map((format) => el("button", { type: "button", class: "plain", onclick: () => fetched(format) }, format.toUpperCase()))), place, waiting ? mended() : "");
  }

  return { close: () => sender?.close() };
}
