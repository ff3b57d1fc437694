// A paper of the service as a page with an address of its own: minutes of a batch (#lo=), notice of a breach (#vu=), to be read and printed.

import { take } from "./api.js";
import { el } from "./dom.js";
import { onKey } from "./key.js";
import { drawProblem } from "./problem.js";
import { onLanguage, speak, t } from "./words.js";
import paper from "./words_paper.js";

const NUMBER = /^\d{1,18}$/;
const STYLE = /<style[^>]*>([\s\S]*?)<\/style>/g;
const said = new URLSearchParams(location.hash.slice(1));
const PAPERS = {
  lo: { path: (number) => `/v1/batches/${number}/minutes`, back: (number) => `/tinh#${new URLSearchParams({ tinh: said.get("tinh") ?? "", muc: "lo", lo: number })}` },
  vu: { path: (number) => `/v1/breaches/${number}/notice`, back: (number) => `/vi-pham#vu=${number}` },
};
const kind = Object.keys(PAPERS).find((name) => NUMBER.test(said.get(name) ?? ""));
const host = document.getElementById("paper");

speak(paper);
addEventListener("hashchange", () => location.reload());
onKey(open);
onLanguage(open);
open();

async function open() {
  if (!kind) return host.replaceChildren(el("p", { class: "hello" }, t("noPaper")));
  if (!host.isConnected) return drawBar();
  try {
    const { blob } = await take(PAPERS[kind].path(said.get(kind)));
    lay(await blob.text());
  } catch (error) { drawProblem(host, error, { onRetry: open }); }
}

// The policy of this site takes no style inside a page, so the paper's is given as a sheet; the look of the site goes.
function lay(written) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([...written.matchAll(STYLE)].map(([, rules]) => rules).join("\n"));
  const read = new DOMParser().parseFromString(written.replaceAll(STYLE, ""), "text/html");
  read.querySelectorAll("script, link").forEach((each) => each.remove());
  read.querySelectorAll("table").forEach(framed);
  document.querySelectorAll("link[rel=stylesheet]:not([href$='/paper.css'])").forEach((each) => each.remove());
  document.querySelector("meta[name=color-scheme]").content = "light";
  document.adoptedStyleSheets = [sheet];
  document.documentElement.lang = "vi";
  document.title = read.title;
  document.body.className = "on-paper";
  document.body.replaceChildren(el("nav", { class: "paper-bar", "aria-label": t("title") }), el("main", {}, ...read.body.childNodes));
  drawBar();
}

// A table that is broader than a phone is scrolled by itself, also by the keyboard.
function framed(table) {
  const frame = el("div", { class: "paper-table", role: "region", tabindex: "0", "aria-label": table.previousElementSibling?.firstChild?.textContent ?? "" });
  table.replaceWith(frame);
  frame.append(table);
}

function drawBar() {
  document.querySelector(".paper-bar").replaceChildren(el("a", { href: PAPERS[kind].back(said.get(kind)) }, `← ${t(`back_${kind}`, { n: said.get(kind) })}`),
    el("button", { type: "button", id: "print", onclick: () => print() }, t("print")));
}
