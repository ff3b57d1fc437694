// Says that an answer was wrong: what is wrong, what is right (an address, a code, a point), a note; the service keeps it for review.

import { tell } from "./api.js";
import { el } from "./dom.js";
import { inForm } from "./problem.js";
import { t } from "./words.js";

const KINDS = ["wrong_door", "wrong_commune", "missing", "other"];

// `kept` is what a form in the other language held; returns a function that tells it, null once the form is gone.
export function drawWrong(host, { query, answer, onPick, onClose, kept = null }) {
  let point = null;
  const said = el("p", { class: "notice busy", role: "status" });
  const marked = el("p", { class: "hint" });
  const text = el("input", { id: "right-text", type: "text", maxlength: "500", autocomplete: "off", value: kept?.text });
  const note = el("textarea", { id: "right-note", rows: "2", maxlength: "1000" }, kept?.note);
  const set = (chosen) => {
    point = chosen;
    if (point) marked.textContent = t("picked", { at: `${point.right_lat}, ${point.right_lon}` });
  };
  const mark = ({ lat, lng }) => {
    set({ right_lat: Number(lat.toFixed(6)), right_lon: Number(lng.toFixed(6)) });
    marked.scrollIntoView({ block: "center" });
    quiet();
  };
  const here = () => navigator.geolocation?.getCurrentPosition(({ coords }) => mark({ lat: coords.latitude, lng: coords.longitude }), () => { marked.textContent = t("noPlace"); });
  const form = el("form", { class: "wrong card", onsubmit: send },
    el("fieldset", {}, el("legend", {}, t("wrongTitle")), KINDS.map((kind) =>
      el("label", { class: "choice" }, el("input", { type: "radio", name: "kind", value: kind, checked: kind === (kept?.kind ?? KINDS[0]) }), t(kind)))),
    el("div", {}, el("label", { class: "label", for: "right-text" }, t("rightText")), text),
    el("div", { role: "group", "aria-label": t("rightPoint") }, el("span", { class: "label" }, t("rightPoint")),
      el("div", { class: "actions" },
        el("button", { type: "button", class: "plain pick", onclick: () => onPick(mark) }, t("pickMap")),
        el("button", { type: "button", class: "plain", onclick: here }, t("pickHere"))), marked),
    el("div", {}, el("label", { class: "label", for: "right-note" }, t("note")), note),
    el("div", {}, el("div", { class: "actions" }, el("button", { type: "submit", class: "primary" }, t("send")), el("button", { type: "button", class: "plain", onclick: onClose }, t("cancel"))), said));
  host.replaceChildren(form);
  set(kept?.point ?? null);
  if (!kept) form.querySelector("input").focus();
  return () => (form.isConnected ? { kind: new FormData(form).get("kind"), text: text.value, note: note.value, point } : null);

  async function send(event) {
    event.preventDefault();
    const right = text.value.trim();
    if (!right && !point) { fail(t("needRight")); return text.focus(); }
    const kind = new FormData(form).get("kind");
    const body = { query: query || answer?.label, kind, answered_code: answer?.code ?? null, right_text: right || null, note: note.value.trim(), ...point };
    try {
      await tell("/v1/feedback", body);
      host.replaceChildren(el("p", { class: "notice good", role: "status" }, t("thanks")));
    } catch (error) { fail(inForm(error, { right_text: t("rightText"), note: t("note") })); }
  }

  function quiet() {
    said.className = "notice busy";
    said.setAttribute("role", "status");
    said.textContent = "";
  }

  function fail(words) {
    said.className = "notice error";
    said.setAttribute("role", "alert");
    said.textContent = words;
  }
}
