// What is running: hand-overs that are read or imported, and large tables whose addresses are looked up; and starting such a table.

import { ask, remove } from "./api.js";
import { el } from "./dom.js";
import { dropBox } from "./drop_box.js";
import { drawProblem } from "./problem.js";
import { hashOf } from "./province_place.js";
import { saveFile } from "./saved.js";
import { openSender } from "./sending.js";
import { day, lang, number, t } from "./words.js";

const BUSY = new Set(["received", "checking", "importing", "queued", "running"]);
const POLL_MS = 1500;
const AGAIN_MS = 5000;
// Whose work is done, or waits for somebody: it stands where files are handed in.
const UPLOADS_AT_WORK = new Set(["received", "checking", "importing"]);

export function openJobs(host, place, frame) {
  let [uploads, jobs, timer, closed, chosen] = [[], [], 0, false, null];
  const trouble = el("div", {});
  const list = el("div", {});
  const form = el("div", {});
  const said = el("div", {});
  const sender = openSender(said, () => { frame.tell(t("jobStarted")); load(); });
  host.replaceChildren(el("h2", {}, t("running")), trouble, list, form);
  drawForm();
  load();

  async function load() {
    clearTimeout(timer);
    try {
      const [handed, asked] = await Promise.all([ask("/v1/uploads", { province: place.province }).catch(withoutRight), ask("/v1/jobs")]);
      if (closed) return;
      [uploads, jobs] = [(handed.uploads ?? []).filter((each) => UPLOADS_AT_WORK.has(each.state)), asked.jobs ?? []];
      trouble.replaceChildren();
      draw();
      if ([...uploads, ...jobs].some((each) => BUSY.has(each.state))) timer = setTimeout(load, POLL_MS);
    } catch (error) {
      if (closed) return;
      drawProblem(trouble, error, { onRetry: load });
      // The service comes back by itself: what runs goes on being followed.
      if (error.status === 0 || error.wait) timer = setTimeout(load, Math.max(AGAIN_MS, error.wait * 1000));
    }
  }

  // Whoever may look addresses up need not be one who hands files over.
  function withoutRight(error) {
    if (error.status === 403) return {};
    throw error;
  }

  function draw() {
    const held = document.activeElement?.dataset?.job;
    list.replaceChildren(
      uploads.length + jobs.length ? el("ul", { class: "cards" }, uploads.map(handed), jobs.map(table)) : el("p", { class: "notice busy" }, t("nothingRuns")));
    if (held) list.querySelector(`[data-job="${CSS.escape(held)}"]`)?.focus();
  }

  function handed(upload) {
    return el("li", { class: "line-card" }, el("div", {}, el("a", { "data-job": upload.id, href: hashOf({ province: place.province, view: "nop", upload: upload.id }) }, upload.name), el("small", {}, t("kindUpload"), " · ", day(upload.created_at))),
      el("span", { class: `state ${upload.state}` }, t(`upload_${upload.state}`)), meter(upload, `upload_${upload.state}`));
  }

  function table(job) {
    const said = el("div", {});
    const act = (doing, button) => async () => {
      button.disabled = true;
      try { await doing(); } catch (error) { drawProblem(said, error); }
      button.disabled = false;
    };
    const get = el("button", { type: "button", class: "primary", "data-job": `${job.id}-get` }, t("getResult"));
    get.addEventListener("click", act(() => saveFile(job.result ?? `/v1/jobs/${job.id}/result`, {}, job.name || "ket_qua.csv"), get));
    const drop = el("button", { type: "button", class: "quiet", "data-job": `${job.id}-drop`, "aria-label": `${t(BUSY.has(job.state) ? "cancelJob" : "dropJob")}: ${job.name ?? job.id}` }, t(BUSY.has(job.state) ? "cancelJob" : "dropJob"));
    drop.addEventListener("click", act(async () => { await remove(`/v1/jobs/${job.id}`); frame.tell(t("dropped")); await load(); }, drop));
    const refusal = job.refusal ? el("p", { class: "why" }, lang() === "en" ? job.refusal.en : job.refusal.vi, " ", job.refusal.hint ?? "") : null;
    return el("li", { class: "line-card" }, el("div", {}, el("b", {}, job.name || t("kindTable")), el("small", {}, t("kindTable"), " · ", day(job.created_at), job.expires_at ? ` · ${t("keptUntil", { day: day(job.expires_at) })}` : "")),
      el("span", { class: `state ${job.state}` }, t(`job_${job.state}`)), meter(job, `job_${job.state}`), refusal, job.state === "done" ? get : null, drop, said);
  }

  function meter(each, words) {
    if (!BUSY.has(each.state)) return null;
    const { done = 0, total = 0 } = each.progress ?? {};
    return el("div", { class: "going" }, el("progress", { max: 1, value: total ? done / total : null, "aria-label": t(words) }),
      done ? el("small", {}, total ? t("doneOf", { n: number(done), m: number(total) }) : t("rowsDone", { n: number(done) })) : null);
  }

  function drawForm() {
    const named = el("span", {}, chosen?.name ?? t("chooseTable"));
    const box = dropBox({ id: "table", accept: ".csv,.tsv,.txt,.xlsx,.ods,.parquet", onFile: (file) => { chosen = file ?? chosen; named.textContent = chosen?.name ?? t("chooseTable"); } }, named);
    const columns = el("input", { id: "table-columns", type: "text", maxlength: "400", autocomplete: "off" });
    const format = el("select", { id: "table-format" }, ["csv", "xlsx"].map((each) => el("option", { value: each }, each.toUpperCase())));
    const start = (event) => {
      event?.preventDefault();
      if (!chosen) { said.replaceChildren(el("p", { class: "notice error", role: "alert" }, t("chooseTable"))); return; }
      const [sent, form, names] = [chosen, format.value, columns.value.split(",").map((each) => each.trim()).filter(Boolean)];
      sender.start("/v1/jobs", sent.name, () => {
        const body = new FormData();
        body.append("format", form);
        for (const name of names) body.append("columns", name);
        body.append("data", sent);
        return body;
      });
    };
    form.replaceChildren(el("details", { class: "more" }, el("summary", {}, t("startTable")), el("p", { class: "hint" }, t("startTableHint")),
      el("form", { onsubmit: start },
        box,
        el("label", { class: "label", for: "table-columns" }, t("tableColumns")), columns,
        el("label", { class: "label", for: "table-format" }, t("tableFormat")), format,
        el("div", { class: "actions" }, el("button", { class: "primary" }, t("startIt"))), said)));
  }

  return { redraw: () => { host.querySelector("h2").textContent = t("running"); draw(); drawForm(); sender.redraw(); }, close: () => { closed = true; clearTimeout(timer); sender.close(); } };
}
