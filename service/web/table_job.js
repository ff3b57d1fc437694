// A table too large to be asked from the page: the service looks it up in the background, and its result is downloaded when it is done.

import { ask, send } from "./api.js";
import { el } from "./dom.js";
import { problem } from "./problem.js";
import { saveFile } from "./saved.js";
import { lang, number, t } from "./words.js";

const POLL_MS = 1500;
const AGAIN_MS = 5000;

// `columns` are the names of those that make up the address.
export async function startJob(host, file, columns) {
  const form = new FormData();
  for (const name of columns) form.append("columns", name);
  form.append("data", file);
  const bar = el("progress", { max: 1, value: 0, "aria-label": file.name });
  const said = el("p", { role: "status" }, t("manySending"));
  host.replaceChildren(said, bar);
  try {
    follow(host, await send("/v1/jobs", form, { onSent: (part) => { bar.value = part; } }), { bar, said });
  } catch (error) { host.replaceChildren(problem(error, { onRetry: () => startJob(host, file, columns) })); }
}

async function follow(host, job, { bar, said }) {
  if (job.state === "done") return finished(host, job);
  if (["failed", "expired", "cancelled"].includes(job.state)) {
    return host.replaceChildren(el("p", { class: "notice error", role: "alert" }, (lang() === "en" ? job.refusal?.en : job.refusal?.vi) ?? t("failed", { status: job.state })));
  }
  const { done = 0, total = 0 } = job.progress ?? {};
  if (total) bar.value = done / total; else bar.removeAttribute("value");
  said.textContent = t("manyBehind", { n: number(done) });
  await new Promise((go) => { setTimeout(go, POLL_MS); });
  try {
    return follow(host, await ask(`/v1/jobs/${job.id}`), { bar, said });
  } catch (error) {
    // The work goes on without the page: it is asked for again until the service answers.
    if (error.status && !error.wait) return host.replaceChildren(problem(error));
    await new Promise((go) => { setTimeout(go, Math.max(AGAIN_MS, error.wait * 1000)); });
    return follow(host, job, { bar, said });
  }
}

function finished(host, job) {
  const trouble = el("div", {});
  const fetched = async () => {
    trouble.replaceChildren();
    try { await saveFile(job.result ?? `/v1/jobs/${job.id}/result`, {}, job.name || "ket_qua.csv"); } catch (error) { trouble.replaceChildren(problem(error, { onRetry: fetched })); }
  };
  host.replaceChildren(el("p", { class: "notice good", role: "status" }, t("manyDone", { n: number(job.progress?.done ?? 0) })),
    el("button", { type: "button", class: "primary download", onclick: fetched }, t("manyDownload")), trouble);
}
