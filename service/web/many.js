// Many addresses at once: pasted lines or a file, asked in blocks, shown as a list and handed back as a file.

import { drawNotice } from "./answer.js";
import { tell } from "./api.js";
import { el } from "./dom.js";
import { drawProblem } from "./problem.js";
import { openJob } from "./table_job.js";
import { addressColumns, readTable, save, writeCsv } from "./table_file.js";
import { number, onLanguage, t } from "./words.js";

// The service takes a thousand texts; smaller blocks show sooner that something happens.
const BLOCK = 100;
const MOST = 20_000;
const SHOWN = 200;
const TRIES = 4;
const VERDICTS = ["ACCEPT", "CONFIRM", "AMBIGUOUS", "REJECT"];
const RESULT = {
  result_verdict: (it) => it.verdict, result_level: (it) => it.level, result_code: (it) => it.code, result_scheme: (it) => it.scheme,
  result_confidence: (it) => it.confidence, result_label: (it) => it.label, result_province_code: (it) => it.unit?.province?.code,
  result_province: (it) => it.unit?.province?.name, result_commune_code: (it) => it.unit?.commune?.code, result_commune: (it) => it.unit?.commune?.name,
  result_place: (it) => it.place, result_house: (it) => it.house, result_lat: (it) => it.lat, result_lon: (it) => it.lon, result_accuracy_m: (it) => it.accuracy_m,
  result_changed: (it) => it.changed?.join("; "), result_ignored: (it) => it.ignored?.join("; "), result_reason: (it) => it.reason, data_version: (it) => it.data_version,
};

export function openMany(host, { onLine }) {
  const part = (id) => host.querySelector(`#${id}`);
  // `broken` holds the file that could not be read, until there is something else to look for.
  let table = null, broken = null, answers = [], texts = [], stopping = null, only = null, last = null;

  const job = openJob(part("job"), { onFound: () => { host.open = true; } });

  part("lines").addEventListener("input", () => { table = broken = null; part("columns").replaceChildren(); });
  part("file").addEventListener("change", () => take(part("file").files[0]));
  for (const name of ["dragover", "dragleave", "drop"]) part("drop").addEventListener(name, (event) => {
    event.preventDefault();
    part("drop").classList.toggle("over", name === "dragover");
    if (name === "drop") take(event.dataTransfer.files[0]);
  });
  part("run").addEventListener("click", run);
  part("stop").addEventListener("click", () => stopping?.abort());
  onLanguage(() => { if (table) drawColumns(); if (last) broken ? refuse() : say(...last); if (answers.length) drawFound(); });

  function say(key, values, kind = "busy") {
    last = [key, values, kind];
    drawNotice(part("progress"), t(key, values), kind);
  }

  function forgetSaid() {
    last = null;
    part("progress").replaceChildren();
  }

  async function take(file) {
    if (!file) return;
    forget();
    try {
      table = { name: file.name, file, ...(await readTable(file)) };
      table.columns = addressColumns(table);
      drawColumns();
      say("manyFile", { name: table.name, n: number(table.rows.length) });
    } catch (error) {
      // Bytes that are no UTF-8 make a TypeError: the service knows the older encodings too.
      broken = { file, sendable: error instanceof TypeError && /\.(csv|txt|tsv)$/i.test(file.name) };
      refuse();
    }
    // The mended file of the same name can be chosen again.
    part("file").value = "";
  }

  function refuse() {
    say("manyUnreadable", {}, "error");
    const { file, sendable } = broken;
    if (sendable) part("progress").append(el("button", { type: "button", class: "plain send-file", onclick: () => { forgetSaid(); job.start(file, []); } }, t("manyServer")));
  }

  // Answers to an older file are none to this one.
  function forget() {
    stopping?.abort();
    [table, broken, answers, only] = [null, null, [], null];
    part("columns").replaceChildren();
    part("found").replaceChildren();
  }

  function drawColumns() {
    const toggle = (index, chosen) => { table.columns = table.header.map((_, each) => each).filter((each) => (each === index ? chosen : table.columns.includes(each))); };
    part("columns").replaceChildren(el("fieldset", {}, el("legend", {}, t("manyColumns")), table.header.map((name, index) =>
      el("label", { class: "choice" }, el("input", { type: "checkbox", checked: table.columns.includes(index), onchange: (event) => toggle(index, event.target.checked) }),
        el("span", {}, name, " ", el("small", {}, (table.rows[0][index] ?? "").slice(0, 40)))))));
  }

  function gathered() {
    if (!table) {
      const lines = part("lines").value.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
      return { header: ["dia_chi"], rows: lines.map((line) => [line]), columns: [0], name: "dia_chi" };
    }
    return table;
  }

  async function run() {
    if (broken) return refuse();
    const given = gathered();
    texts = given.rows.map((row) => given.columns.map((index) => (row[index] ?? "").trim()).filter(Boolean).join(", "));
    if (!texts.length || !given.columns.length) return say("manyNothing", {}, "error");
    if (texts.length > MOST) return behind(given);
    [answers, only] = [[], null];
    part("found").replaceChildren();
    return goOn(given);
  }

  // Where the connection was lost, what is found stays and the rest is asked for.
  async function goOn(given) {
    working(true);
    try {
      while (answers.length < texts.length) {
        say("manyDoing", { n: number(answers.length), m: number(texts.length) });
        answers.push(...(await asked(texts.slice(answers.length, answers.length + BLOCK), stopping.signal)));
      }
      say("manyDone", { n: number(answers.length) });
    } catch (error) {
      if (error.name === "AbortError") say("manyStopped", { n: number(answers.length) });
      else { last = null; drawProblem(part("progress"), error, { onRetry: () => goOn(given) }); }
    }
    working(false);
    if (answers.length) drawFound(given);
  }

  // More than a page should hold: the service does it, and the page may be closed meanwhile.
  function behind({ header, rows, columns, file, first }) {
    forgetSaid();
    part("found").replaceChildren();
    return job.start(first ? file : new File([writeCsv([header, ...rows])], "dia_chi.csv", { type: "text/csv" }), columns.map((index) => header[index]));
  }

  function working(on) {
    stopping = on ? new AbortController() : null;
    part("run").disabled = on;
    part("stop").hidden = !on;
  }

  let shown = null;
  function drawFound(given = shown) {
    shown = given;
    const counts = VERDICTS.map((verdict) => [verdict, answers.filter((each) => each.verdict === verdict).length]);
    const picked = answers.map((answer, index) => ({ answer, index })).filter(({ answer }) => !only || answer.verdict === only);
    const filter = (verdict, count, words) => el("button", { type: "button", class: `chip ${verdict?.toLowerCase() ?? ""}`, "aria-pressed": String(only === verdict), onclick: () => { only = verdict; drawFound(); } }, `${words} `, el("b", {}, number(count)));
    const parts = { n: number(answers.length), m: number(texts.length) };
    const whole = answers.length === texts.length;
    part("found").replaceChildren(
      whole ? "" : el("p", { class: "notice error unfinished" }, t("manyPart", parts)),
      el("div", { class: "actions" }, el("button", { type: "button", class: "primary download", onclick: () => save(`${given.name.replace(/\.\w+$/, "")}_ket_qua.csv`, fileOf(given)) }, whole ? t("manyDownload") : t("manyDownloadPart", parts))),
      el("div", { class: "chips", role: "group", "aria-label": t("manyGot") }, filter(null, answers.length, t("manyAll")), counts.filter(([, count]) => count).map(([verdict, count]) => filter(verdict, count, t(verdict)))),
      picked.length > SHOWN ? el("p", { class: "hint" }, t("manyShown", { n: SHOWN, m: number(answers.length) })) : "",
      el("ol", { class: "rows" }, picked.slice(0, SHOWN).map(({ answer, index }) =>
        el("li", {}, el("button", { type: "button", class: answer.verdict.toLowerCase(), onclick: () => onLine(texts[index]) },
          el("small", { class: "number" }, String(index + 1)), el("span", {}, el("b", {}, texts[index] || "–"), el("small", {}, answer.verdict === "REJECT" ? t("REJECT") : answer.label)),
          answer.code ? el("code", {}, answer.code) : el("small", { class: "verdict-word" }, t(answer.verdict === "ACCEPT" ? answer.level : answer.verdict)))))));
  }

  const fileOf = ({ header, rows }) => writeCsv([[...header, ...Object.keys(RESULT)],
    ...answers.map((answer, index) => [...header.map((_, column) => rows[index][column] ?? ""), ...Object.values(RESULT).map((read) => read(answer))])]);
}

// A service that is busy says how long to wait; who waits that long is heard.
async function asked(queries, signal) {
  for (let left = TRIES; ; left--) {
    try {
      return await tell("/v1/resolve", { queries, limit: 1 }, signal);
    } catch (error) {
      if (!error.wait || left <= 1) throw error;
      await new Promise((done, stop) => { setTimeout(done, error.wait * 1000); signal.addEventListener("abort", () => stop(signal.reason), { once: true }); });
    }
  }
}
