// Asking for a key: a request to be handed to whoever runs the server, and the command that he types. Nothing is sent from here.

import { ask } from "./api.js";
import { copyText } from "./copied.js";
import { el } from "./dom.js";
import { saveBlob } from "./saved.js";
import { number, t } from "./words.js";

const ROLES = ["courier", "province_officer", "reporter", "auditor"];
const EVERYWHERE = new Set(["auditor"]);
const DAYS = [90, 180, 365];
const given = { house: "", role: "courier", provinces: new Set(), days: 180, purpose: "", made: false };
let provinces = null;

export function drawRequest(form, host, roles) {
  roles.replaceChildren(...ROLES.map((role) => el("div", {}, el("dt", {}, t(`askRole_${role}`)), el("dd", {}, t(`does_${role}`)))));
  const text = (name, words, hint) => {
    const input = el("input", { id: `ask-${name}`, type: "text", maxlength: "120", autocomplete: "off", "aria-describedby": hint ? `ask-${name}-hint` : null, oninput: () => { given[name] = input.value.trim(); } });
    input.value = given[name];
    return el("div", {}, el("label", { class: "label", for: `ask-${name}` }, words), input, hint ? el("small", { id: `ask-${name}-hint` }, hint) : null);
  };
  const select = (name, values, words, label) => el("div", {}, el("label", { class: "label", for: `ask-${name}` }, label),
    el("select", { id: `ask-${name}`, onchange: (event) => { given[name] = event.target.value; drawRequest(form, host, roles); form.querySelector(`#ask-${name}`).focus(); } },
      values.map((value) => el("option", { value, selected: String(given[name]) === String(value) }, words(value)))));
  form.onsubmit = (event) => { event.preventDefault(); given.made = true; drawMade(host); };
  form.replaceChildren(
    text("house", t("askHouse"), t("askHouseHint")),
    el("div", { class: "pair" }, select("role", ROLES, (role) => t(`askRole_${role}`), t("askRole")), select("days", DAYS, (days) => t("days", { n: number(days) }), t("askDays"))),
    EVERYWHERE.has(given.role) ? "" : places(),
    text("purpose", t("askPurpose")),
    el("div", { class: "actions" }, el("button", { class: "primary", id: "ask-make" }, t("askMake"))));
  if (given.made) drawMade(host);
}

function places() {
  const list = el("div", { class: "places" });
  const chosen = el("span", {});
  const count = () => { chosen.textContent = given.provinces.size ? ` – ${t("askChosen", { n: given.provinces.size })}` : ""; };
  const fill = () => list.replaceChildren(...provinces.map((each) => el("label", { class: "choice" },
    el("input", { type: "checkbox", value: each.code, checked: given.provinces.has(each.code), onchange: (event) => { event.target.checked ? given.provinces.add(each.code) : given.provinces.delete(each.code); count(); } }), el("span", {}, each.name))));
  const open = async () => {
    if (list.childElementCount) return;
    provinces ??= (await ask("/v1/units").catch(() => ({ units: [] }))).units;
    fill();
  };
  count();
  return el("details", { ontoggle: open }, el("summary", {}, t("askProvinces"), chosen), list);
}

function drawMade(host) {
  if (!given.house || !given.purpose) return host.replaceChildren(el("p", { class: "notice error", role: "alert" }, t("askNeeds")));
  const codes = EVERYWHERE.has(given.role) ? [] : [...given.provinces].sort();
  // The command refuses an officer of no province.
  if (given.role === "province_officer" && !codes.length) return host.replaceChildren(el("p", { class: "notice error", role: "alert" }, t("askOneProvince")));
  const where = codes.length ? codes.map((code) => `${provinces.find((each) => each.code === code).name} (${code})`).join(", ") : t("wholeCountry");
  const letter = t("letter", { ...given, host: location.origin, role: t(`askRole_${given.role}`), does: t(`does_${given.role}`), where });
  const command = ["diachiso key create", quoted(given.house), "--role", given.role, ...codes.map((code) => `--province ${code}`), "--days", given.days].join(" ");
  return host.replaceChildren(
    el("h3", {}, t("askText")), el("pre", { id: "ask-letter", tabindex: "0" }, letter),
    el("div", { class: "actions" }, copying(letter), el("button", { type: "button", class: "plain", onclick: () => saveBlob("de_nghi_cap_khoa.txt", new Blob([letter], { type: "text/plain;charset=utf-8" })) }, t("saveText"))),
    el("h3", {}, t("askCommand")), el("pre", { id: "ask-command", tabindex: "0" }, el("code", {}, command)), el("div", { class: "actions" }, copying(command)));
}

// A name with spaces or signs is one word of a shell only between single quotes.
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function copying(text) {
  const button = el("button", { type: "button", class: "plain", onclick: async () => {
    if (await copyText(text)) button.textContent = t("copiedText");
  } }, t("copyText"));
  return button;
}
