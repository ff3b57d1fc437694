// Files of the service are fetched with the key of this tab and kept; a link alone would ask without it.

import { take } from "./api.js";
import { key } from "./key.js";

const STYLE = /<style[^>]*>([\s\S]*?)<\/style>/g;

export function saveBlob(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export async function saveFile(path, parameters, name) {
  const file = await take(path, parameters);
  saveBlob(file.name || name, file.blob);
}

// A paper to be printed, in a window of its own. The policy of this site takes no style inside a page, so the paper's is given as a sheet.
export async function openPaper(path, name) {
  const paper = window.open("", "_blank");
  try {
    const { blob } = await take(path);
    if (!paper) return saveBlob(name, blob);
    const written = await blob.text();
    const sheet = new paper.CSSStyleSheet();
    sheet.replaceSync([...written.matchAll(STYLE)].map(([, rules]) => rules).join("\n"));
    const read = new DOMParser().parseFromString(written.replaceAll(STYLE, ""), "text/html");
    read.querySelectorAll("script, link").forEach((each) => each.remove());
    paper.document.documentElement.lang = read.documentElement.lang;
    paper.document.title = read.title;
    paper.document.adoptedStyleSheets = [sheet];
    return paper.document.body.replaceChildren(...read.body.childNodes);
  } catch (error) {
    paper?.close();
    throw error;
  }
}

// With a key, links to files of the service bring what the key allows.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[download][href^='/v1/']");
  if (!link || !key()) return;
  event.preventDefault();
  try {
    await saveFile(link.getAttribute("href"), {}, link.getAttribute("download") || link.href.split("/").at(-1).split("?")[0]);
  } catch (error) {
    link.after(Object.assign(document.createElement("span"), { className: "notice error", role: "alert", textContent: error.message }));
  }
});
