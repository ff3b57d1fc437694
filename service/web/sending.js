// A file on its way to the service: how much of it has left, and a stop. Where the connection is lost the file stays, and one press sends it again.

import { send } from "./api.js";
import { el } from "./dom.js";
import { problem } from "./problem.js";
import { percent, t } from "./words.js";

// `then` is called with what the service answers; `start` takes the path, the name of the file, and what makes its form.
export function openSender(host, then) {
  let [stopping, drawn, parts] = [null, () => [], {}];

  function show(draw) {
    drawn = draw;
    host.replaceChildren(...[drawn()].flat());
  }

  async function start(path, name, form) {
    if (stopping) return;
    stopping = new AbortController();
    show(() => going(name));
    try {
      const answer = await send(path, form(), { signal: stopping.signal, onSent: (part) => { parts.bar.value = part; parts.share.textContent = percent(part); } });
      stopping = null;
      show(() => []);
      then(answer);
    } catch (error) {
      stopping = null;
      const again = () => start(path, name, form);
      if (error.name === "AbortError") show(() => [el("p", { class: "notice busy" }, t("stopped")), offer("plain", again)]);
      else if (error.status === 0) show(() => lost(name, again));
      else show(() => problem(error, { onRetry: again }));
    }
  }

  function going(name) {
    parts = { bar: el("progress", { max: 1, value: parts.bar?.value ?? 0, "aria-label": t("sending") }), share: el("span", {}, parts.share?.textContent ?? "") };
    return el("div", { class: "going" }, el("p", {}, t("sendingFile", { name }), " ", parts.share), parts.bar,
      el("button", { type: "button", class: "plain", onclick: () => stopping?.abort() }, t("stop")));
  }

  // The service knows a file by its bytes: what had arrived all the same is not taken twice.
  function lost(name, again) {
    parts = {};
    return el("div", { class: "notice error", role: "alert" }, el("p", {}, t("lost", { name })), offer("primary", again));
  }

  const offer = (kind, again) => el("div", { class: "actions" }, el("button", { type: "button", class: `${kind} again`, onclick: again }, t("sendAgain")));

  return { start, busy: () => Boolean(stopping), close: () => stopping?.abort(), redraw: () => show(drawn), clear: () => show(() => []) };
}
