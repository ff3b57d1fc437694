// The search box: completes as one types, works with the keyboard alone (ARIA combobox with a listbox).

import { ask } from "./api.js";
import { el } from "./dom.js";
import { t } from "./words.js";

const WAIT_MS = 120;
const MOST = 8;
const SHORTEST = 2;

export function combobox(form, { onText, onFeature }) {
  const input = form.querySelector("input");
  const list = form.querySelector("[role=listbox]");
  const clear = form.querySelector("#clear");
  let shown = [];
  let active = -1;
  let timer = 0;
  let asking = null;

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    [...list.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `option-${index}`);
      list.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  function choose(index) {
    const feature = shown[index];
    input.value = feature.properties.label;
    clear.hidden = false;
    close();
    onFeature(feature);
  }

  function option(feature, index) {
    const { label, code, type } = feature.properties;
    const [first, ...rest] = label.split(", ");
    return el("li", { id: `option-${index}`, role: "option", "aria-selected": "false", class: `kind-${type}`,
      onpointerdown: (event) => event.preventDefault(), onclick: () => choose(index) },
      el("span", { class: "what" }, el("b", {}, first), rest.length ? el("small", {}, rest.join(", ")) : null),
      code ? el("code", {}, code) : null);
  }

  async function complete() {
    const text = input.value.trim();
    if (text.length < SHORTEST) return close();
    asking?.abort();
    asking = new AbortController();
    try {
      const found = await ask("/search", { q: text, autocomplete: 1, limit: MOST }, asking.signal);
      if (input.value.trim() !== text || document.activeElement !== input) return;
      shown = found.features;
      list.replaceChildren(...shown.map(option));
      list.hidden = shown.length === 0;
      input.setAttribute("aria-expanded", String(shown.length > 0));
      mark(-1);
    } catch (error) {
      // Completion is a help only: what fails here is told when the reader searches.
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", () => {
    clear.hidden = input.value === "";
    clearTimeout(timer);
    timer = setTimeout(complete, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden;
    const last = shown.length - 1;
    if (event.key === "ArrowDown") { event.preventDefault(); open ? mark(active >= last ? 0 : active + 1) : complete(); }
    else if (event.key === "ArrowUp" && open) { event.preventDefault(); mark(active <= 0 ? last : active - 1); }
    else if (event.key === "Escape" && open) { event.preventDefault(); close(); }
    else if (event.key === "Enter" && open && active >= 0) { event.preventDefault(); choose(active); }
  });
  input.addEventListener("blur", close);
  clear.addEventListener("click", () => { input.value = ""; clear.hidden = true; close(); input.focus(); onText(""); });
  form.addEventListener("submit", (event) => { event.preventDefault(); const text = input.value.trim(); close(); onText(text); });
  list.setAttribute("aria-description", t("results", { n: MOST }));

  return { set(text) { input.value = text; clear.hidden = text === ""; } };
}
