// Files of the service are fetched with the key of this tab and kept; a link alone would ask without it.

import { take } from "./api.js";
import { el } from "./dom.js";
import { key } from "./key.js";

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

// The page of a paper: a tab that this one opens keeps its key.
export const paperLink = (what, words, kind = "primary") => el("a", { class: kind, href: `/giay#${new URLSearchParams(what)}`, target: "_blank", rel: "opener" }, words);

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
