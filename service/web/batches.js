// The batches of a province: the list of them, or one.

import { ask } from "./api.js";
import { openBatch } from "./batch.js";
import { el } from "./dom.js";
import { problem } from "./problem.js";
import { hashOf } from "./province_place.js";
import { day, number, t } from "./words.js";

const PAGE = 20;
const STATES = ["committed", "rejected", "rolled_back"];

export function openBatches(host, place, frame) {
  if (place.batch) return openBatch(host, place, frame);
  let [state, found, next] = ["", [], null];
  const list = el("div", {});
  const end = el("div", {});
  const head = el("div", {});
  host.replaceChildren(head, list, end);
  drawHead();
  load();

  function drawHead() {
    head.replaceChildren(el("div", { class: "list-head" }, el("h2", {}, t("batches")),
      el("div", {}, el("label", { for: "batch-state" }, t("batchState")), el("select", { id: "batch-state", onchange: (event) => { [state, found, next] = [event.target.value, [], null]; load(); } },
        ["", ...STATES].map((each) => el("option", { value: each, selected: each === state }, each ? t(`batch_${each}`) : t("allRows")))))));
  }

  async function load() {
    end.replaceChildren(el("p", { class: "notice busy", role: "status" }, t("reading")));
    try {
      const answer = await ask("/v1/batches", { province: place.province, state, before: next, limit: PAGE });
      found = [...found, ...answer.batches];
      next = answer.next;
      draw();
    } catch (error) { end.replaceChildren(problem(error, { onRetry: load })); }
  }

  function draw() {
    list.replaceChildren(found.length ? el("ul", { class: "cards" }, found.map((batch) => el("li", { class: "line-card" },
      el("div", {}, el("a", { href: hashOf({ ...place, batch: batch.id }) }, t("batchNumber", { n: batch.id }), ": ", batch.name),
        el("small", {}, [day(batch.received_at), t("rowsOf", { n: number(batch.rows) }), batch.actor].filter(Boolean).join(" · "))),
      el("span", { class: `state ${batch.state}` }, t(`batch_${batch.state}`)),
      el("small", {}, sums(batch.counts))))) : el("p", { class: "notice busy" }, t("noBatches")));
    end.replaceChildren(next ? el("button", { type: "button", class: "plain", onclick: load }, t("moreBatches")) : "");
  }

  return { redraw: () => { drawHead(); draw(); }, close: () => {} };
}

const sums = (counts) => ["new", "changed", "same", "incomplete", "duplicate", "rejected"].filter((name) => counts?.[name]).map((name) => `${number(counts[name])} ${t(`short_${name}`)}`).join(", ");
