// The key that this tab uses: the button in the head of every page and the dialog behind it.

import { askWith } from "./api.js";
import { el } from "./dom.js";
import { isKey, keep, key, onKey } from "./key.js";
import { learn, onLanguage, t } from "./words.js";
import "./saved.js";
import words from "./words_key.js";

learn(words);
const button = document.getElementById("key");
const dialog = el("dialog", { class: "key-dialog", id: "key-dialog", "aria-labelledby": "key-title" });
// Who one is with the key that is used: null until the service has said it.
let known = null;
let trouble = "";

document.body.append(dialog);
button.addEventListener("click", openKey);
onLanguage(() => { mark(); if (dialog.open) draw(dialog.querySelector("input")?.value); });
onKey(mark);
mark();

export function openKey() {
  [known, trouble] = [null, ""];
  draw();
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input").focus();
  askWith(key(), "/v1/me").then((me) => { known = me; }, (error) => { trouble = error.message; }).finally(() => draw(dialog.querySelector("input")?.value));
}

function mark() {
  button.setAttribute("aria-pressed", String(Boolean(key())));
  button.querySelector("span").textContent = t(key() ? "keyHeld" : "key");
}

function draw(typed = "") {
  const focused = dialog.contains(document.activeElement) ? document.activeElement.id : "";
  const field = el("input", { id: "key-field", type: "password", autocomplete: "off", spellcheck: "false", autocapitalize: "off", placeholder: "dcs_…", "aria-describedby": "key-said key-kept" });
  field.value = typed;
  dialog.replaceChildren(
    el("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); use(field.value.trim()); } },
      el("header", {}, el("h2", { id: "key-title" }, t("key")), el("button", { type: "button", class: "close", "aria-label": t("close"), onclick: () => dialog.close() }, "×")),
      el("p", { class: "who", role: "status" }, who()),
      el("label", { class: "label", for: "key-field" }, t("keyPaste")), field,
      el("p", { id: "key-said", class: trouble ? "notice error" : "", role: "alert" }, trouble),
      el("p", { id: "key-kept", class: "hint" }, t("keyKept")),
      el("div", { class: "actions" },
        el("button", { id: "key-use", class: "primary" }, t("keyUse")),
        key() ? el("button", { id: "key-drop", type: "button", class: "plain", onclick: drop }, t("keyDrop")) : null),
      el("p", { class: "hint" }, t("keyNone"), " ", el("a", { href: "/du-lieu#key-how" }, t("keyHow")))));
  if (focused) dialog.querySelector(`#${focused}`)?.focus();
}

function who() {
  if (!known) return key() ? t("keyUsed", { start: key().slice(0, 8) }) : t("keyWithout");
  const where = known.provinces ? t("keyProvinces", { list: known.provinces.join(", ") }) : t("keyCountry");
  if (known.role === "public") return t("keyWithout");
  return known.role === "local" ? t("keyLocal") : t("keyAs", { role: t(`role_${known.role}`), where });
}

// A key is tried before it is kept: a wrong one is told here, not at the first question that fails.
async function use(text) {
  trouble = "";
  if (!isKey(text)) { trouble = t("keyShape"); return draw(text); }
  try {
    await askWith(text, "/v1/me");
  } catch (error) {
    trouble = error.status === 401 ? t("keyWrong") : [error.message, error.hint].filter(Boolean).join(" ");
    return draw(text);
  }
  dialog.close();
  keep(text);
}

function drop() {
  dialog.close();
  keep("");
}
