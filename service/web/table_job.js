// A table too large to be asked from the page: the service looks it up in the background; its number outlives a reload, until its result is dropped.

import { ask, remove } from "./api.js";
import { el } from "./dom.js";
import { onKey } from "./key.js";
import { problem } from "./problem.js";
import { saveFile } from "./saved.js";
import { openSender } from "./sending.js";
import { lang, number, onLanguage, t } from "./words.js";

const KEPT = "diachiso.job";
const POLL_MS = 1500;
const AGAIN_MS = 5000;
const OVER = ["failed", "expired", "cancelled"];
// Not there, or not with this key.
const UNSEEN = [401, 403, 404];

// `onFound` is called when a job of before the reload is still there.
export function openJob(host, { onFound }) {
  let [job, timer, back, drawn] = [null, 0, false, () => {}];
  const sender = openSender(host, follow);
  onLanguage(() => (job ? drawn() : sender.redraw()));
  onKey(resume);
  resume();

  // With another key it may be there again.
  async function resume() {
    const kept = read();
    if (!kept || job || sender.busy()) return;
    try {
      const found = await ask(`/v1/jobs/${kept}`);
      if (OVER.includes(found.state)) keep("");
      if (found.state === "cancelled") return;
      back = found.state === "done";
      onFound();
      follow(found);
    } catch (error) {
      if (error.status === 404) keep("");
      if (!UNSEEN.includes(error.status)) show(() => problem(error, { onRetry: resume }));
    }
  }

  // `columns` are the names of those that make up the address.
  function start(file, columns) {
    clearTimeout(timer);
    [job, back] = [null, false];
    return sender.start("/v1/jobs", file.name, () => {
      const form = new FormData();
      for (const name of columns) form.append("columns", name);
      form.append("data", file);
      return form;
    });
  }

  function follow(found) {
    clearTimeout(timer);
    job = found;
    if (!OVER.includes(job.state)) keep(job.id);
    if (job.state === "done") return show(finished);
    if (OVER.includes(job.state)) return show(() => el("p", { class: "notice error", role: "alert" }, (lang() === "en" ? job.refusal?.en : job.refusal?.vi) ?? t("manyExpired")));
    if (drawn !== going) show(going); else progress();
    timer = setTimeout(again, POLL_MS);
    return null;
  }

  async function again() {
    const number = job.id;
    try {
      const found = await ask(`/v1/jobs/${number}`);
      if (job?.id === number) follow(found);
    } catch (error) {
      if (job?.id !== number) return;
      if (error.status !== 0 && !error.wait) { show(() => problem(error)); return; }
      // The work goes on without the page: it is asked for again until the service answers.
      timer = setTimeout(again, Math.max(AGAIN_MS, error.wait * 1000));
    }
  }

  function show(draw) {
    drawn = draw;
    const made = draw();
    if (made) host.replaceChildren(...[made].flat());
  }

  function going() {
    const stop = el("button", { type: "button", class: "plain stop-job", onclick: () => drop(stop, "manyCancelled") }, t("stop"));
    host.replaceChildren(el("p", { class: "doing", role: "status" }), el("progress", { max: 1, "aria-label": job.name }), el("div", { class: "actions" }, stop), el("div", { class: "trouble" }));
    progress();
  }

  function progress() {
    const { done = 0, total = 0 } = job.progress ?? {};
    const bar = host.querySelector("progress");
    if (total) bar.value = done / total; else bar.removeAttribute("value");
    host.querySelector(".doing").textContent = t("manyBehind", { name: job.name, n: number(done) });
  }

  function finished() {
    const trouble = el("div", { class: "trouble" });
    const fetched = async () => {
      trouble.replaceChildren();
      try { await saveFile(job.result ?? `/v1/jobs/${job.id}/result`, {}, job.name || "ket_qua.csv"); } catch (error) { trouble.replaceChildren(problem(error, { onRetry: fetched })); }
    };
    const gone = el("button", { type: "button", class: "plain drop-job", onclick: () => drop(gone) }, t("manyRemove"));
    return [el("p", { class: "notice good", role: "status" }, t(back ? "manyBack" : "manyDone", { name: job.name, n: number(job.progress?.done ?? 0) })),
      el("div", { class: "actions" }, el("button", { type: "button", class: "primary download", onclick: fetched }, t("manyDownload")), gone), trouble];
  }

  // The service forgets it with its files, the browser its number.
  async function drop(button, words) {
    const { id, name } = job;
    button.disabled = true;
    try {
      await remove(`/v1/jobs/${id}`);
    } catch (error) {
      button.disabled = false;
      if (error.status !== 404) return host.querySelector(".trouble").replaceChildren(problem(error, { onRetry: () => drop(button, words) }));
    }
    clearTimeout(timer);
    keep("");
    job = null;
    return show(() => (words ? el("p", { class: "notice busy", role: "status" }, t(words, { name })) : [el("p", { class: "hidden" })]));
  }

  return { start };
}

function read() {
  try { return localStorage.getItem(KEPT) ?? ""; } catch { return ""; }
}

function keep(id) {
  try { id ? localStorage.setItem(KEPT, String(id)) : localStorage.removeItem(KEPT); } catch { /* Then it is known as long as the page is open. */ }
}
