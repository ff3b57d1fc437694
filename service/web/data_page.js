// The page of open data: what there is, in which formats, its version and checksum.

import { ask } from "./api.js";
import { el } from "./dom.js";
import { drawProblem } from "./problem.js";
import { drawRequest } from "./key_request.js";
import { day, lang, number, onLanguage, speak, t } from "./words.js";
import data from "./words_data.js";

const find = (id) => document.getElementById(id);
const sized = (bytes) => t("size", { n: number(Math.ceil(bytes / 1024)) });
let listed = null;

speak(data);
for (const node of document.querySelectorAll("[data-host]")) node.textContent = location.origin;
onLanguage(() => { draw(); drawRequest(find("request"), find("requested"), find("roles")); });
drawRequest(find("request"), find("requested"), find("roles"));
if (location.hash === "#key-how") find("key-how").scrollIntoView();
try {
  listed = await ask("/v1/open-data");
  draw();
} catch (error) { drawProblem(find("sets"), error, { onRetry: () => location.reload() }); }

function draw() {
  if (!listed) return;
  const facts = [["version", el("code", {}, listed.data_version)], ["edition", el("code", {}, listed.edition)], ["asOf", day(listed.on)], ["terms", listed.terms[lang()]]];
  find("about").replaceChildren(el("dl", { class: "facts" }, facts.map(([name, value]) => el("div", {}, el("dt", {}, t(name)), el("dd", {}, value)))));
  find("sets").replaceChildren(...listed.sets.map((set) => el("section", { class: "set", id: set.name, "aria-labelledby": `${set.name}-title` },
    el("h2", { id: `${set.name}-title` }, set.title[lang()]), el("p", {}, set.about[lang()]), el("ul", {}, set.files.map((file) => line(set, file))))));
}

function line(set, file) {
  const named = t("of", { title: set.title[lang()], format: t(file.format) });
  const sum = el("code", { role: "status" }, file.sha256 ?? "");
  const size = el("small", {}, file.bytes ? sized(file.bytes) : "");
  const button = el("button", { type: "button", "aria-label": `${t("checksum")}: ${named}`, onclick: () => check(file, sum, button) }, t("checksum"));
  return el("li", {}, el("a", { class: "plain", href: file.path, download: true, "aria-label": `${t("download")}: ${named}` }, t(file.format)), size, file.sha256 ? null : button, sum);
}

// The file is made when somebody asks for it: so is its checksum.
async function check(file, sum, button) {
  sum.textContent = t("making");
  try {
    await fetch(`${file.path}.sha256`).then((answer) => { if (!answer.ok) throw new Error(t("offline")); });
    listed = await ask("/v1/open-data");
    const made = listed.sets.flatMap((set) => set.files).find((each) => each.path === file.path);
    sum.textContent = made.sha256;
    sum.previousElementSibling?.before(el("small", {}, sized(made.bytes)));
    button.remove();
  } catch (error) { sum.textContent = error.message; }
}
