// Corrections that couriers and officers propose: what is proposed beside what stands, and the decision with its reason.

import { geoLink } from "./answer.js";
import { ask, tell } from "./api.js";
import { el } from "./dom.js";
import { drawProblem, problem } from "./problem.js";
import { day, number, t } from "./words.js";

const STATES = ["waiting", "accepted", "refused"];
const [POINT, SAME, GONE] = ["toa_do", "trung", "khong_con"];
const EARTH_M = 6_371_000;

export function openReviews(host, place, frame) {
  let [state, found] = ["waiting", []];
  // What is open and what was typed there outlive another language.
  const [opened, typed] = [new Set(), new Map()];
  const head = el("div", {});
  const list = el("div", {});
  host.replaceChildren(head, list);
  drawHead();
  load();

  function drawHead() {
    head.replaceChildren(el("div", { class: "list-head" }, el("h2", {}, t("reviews")),
      el("div", {}, el("label", { for: "review-state" }, t("batchState")), el("select", { id: "review-state", onchange: (event) => { state = event.target.value; load(); } },
        STATES.map((each) => el("option", { value: each, selected: each === state }, t(`review_${each}`)))))),
      el("p", { class: "hint" }, t("reviewsHint")));
  }

  async function load() {
    list.replaceChildren(el("p", { class: "notice busy", role: "status" }, t("reading")));
    try {
      found = (await ask("/v1/corrections", { province: place.province, state })).corrections;
      draw();
    } catch (error) { drawProblem(list, error, { onRetry: load }); }
  }

  function draw() {
    list.replaceChildren(found.length ? el("ul", { class: "reviews" }, found.map(item)) : el("p", { class: "notice busy" }, t(`noReviews_${state}`)));
  }

  // What stands is asked for when somebody opens a proposal: a list of hundreds stays light.
  function item(each) {
    const box = el("div", {});
    const summary = el("summary", {}, el("code", {}, each.code), el("span", {}, gist(each)), el("small", {}, day(each.proposed_at)));
    const details = el("details", { class: "review", open: opened.has(each.id), ontoggle: () => { opened[details.open ? "add" : "delete"](each.id); if (details.open && !box.childElementCount) open(each, box, details); } }, summary, box);
    return el("li", {}, details);
  }

  async function open(each, box, details) {
    box.replaceChildren(el("p", { class: "notice busy", role: "status" }, t("reading")));
    try {
      const one = await ask(`/v1/corrections/${each.id}`);
      box.replaceChildren(compared(one), why(one), one.state === "waiting" ? decision(one, box, details) : decided(one));
    } catch (error) { drawProblem(box, error, { onRetry: () => open(each, box, details) }); }
  }

  function gist({ proposed }) {
    if (proposed[GONE]) return t("gone");
    if (proposed[SAME]) return t("sameAs", { code: proposed[SAME] });
    return Object.entries(proposed).map(([name, value]) => (name === POINT ? t("moved") : `${named(name)}: ${value || t("takenAway")}`)).join("; ");
  }

  function compared({ proposed, seen, stands }) {
    if (!stands) return el("p", { class: "notice error" }, t("doorGone"));
    const stale = Object.keys(seen).filter((name) => name !== "so_ho" && name !== "ghi_chu" && name !== "trang_thai" && seen[name] !== stands[name]);
    const names = ["so_nha", "ngo", "ngach", "duong", "thon_to", "can_ho", "toa_nha", "tang", "phong", "loai", "so_ho", "ghi_chu", "xa", POINT].filter((name) => stands[name] || name in proposed);
    const rows = names.map((name) => el("tr", { class: name in proposed ? "changed" : null }, el("th", { scope: "row" }, named(name)), el("td", {}, name === "loai" ? t(`kind_${stands.loai}`) : stands[name] || "—"), el("td", {}, name in proposed ? spoken(name, proposed[name]) : el("span", { class: "same" }, t("unchanged")))));
    return el("div", {},
      stale.length || stands.ngung_dung ? el("p", { class: "notice error" }, t("changedSince", { list: stale.map(named).join(", ") || t("retiredSince") })) : "",
      proposed[GONE] || proposed[SAME] ? el("p", { class: "guard" }, proposed[GONE] ? t("goneWhat") : t("sameWhat", { code: proposed[SAME] })) : "",
      el("table", { class: "beside" }, el("caption", { class: "hidden" }, t("besideCaption")),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("besideField")), el("th", { scope: "col" }, t("besideStands")), el("th", { scope: "col" }, t("besideProposed")))),
        el("tbody", {}, rows)),
      proposed[POINT] ? far(stands[POINT], proposed[POINT]) : "");
  }

  const named = (name) => t(`field_${name}`);
  const spoken = (name, value) => (name === POINT ? `${value[1].toFixed(6)}, ${value[0].toFixed(6)}` : value || t("takenAway"));

  function far(stands, [lon, lat]) {
    const [lat0, lon0] = stands.split(", ").map(Number);
    const turn = Math.PI / 180;
    const metres = EARTH_M * Math.hypot((lat - lat0) * turn, (lon - lon0) * turn * Math.cos(lat * turn));
    return el("p", {}, t("movedBy", { n: number(Math.round(metres)) }), " ", el("a", { href: geoLink({ lat, lon, label: t("besideProposed") }) }, t("openMap")));
  }

  const why = (one) => el("p", { class: "why-proposed" }, el("b", {}, t("proposedWhy")), ` ${one.reason}`, el("small", {}, ` ${t("proposedBy", { who: one.proposed_by || t("unknown"), day: day(one.proposed_at) })}`));
  const decided = (one) => el("p", { class: `notice ${one.state === "accepted" ? "good" : "busy"}` }, t(`decided_${one.state}`, { day: one.decided_at ? day(one.decided_at) : "" }), one.decision ? ` ${one.decision}` : "");

  // Somebody else was quicker, or the door has changed: what is so now is shown, and what was typed stays.
  async function outrun(before, box, details, error, words) {
    try {
      const now = await ask(`/v1/corrections/${before.id}`);
      if (now.state === "waiting") {
        box.replaceChildren(compared(now), why(now), decision(now, box, details), problem(error));
      } else {
        details.classList.add("closed");
        box.replaceChildren(el("div", { class: "notice error outrun", role: "alert" }, el("p", {}, el("b", {}, t("outrun"))), el("p", {}, t(`decided_${now.state}`, { day: now.decided_at ? day(now.decided_at) : "" }), now.decision ? `: “${now.decision}”` : ""),
          el("p", {}, t("outrunKept", { reason: words }))), compared(now), why(now));
      }
      details.querySelector("summary").focus();
    } catch (failed) { drawProblem(box, failed, { onRetry: () => outrun(before, box, details, error, words) }); }
  }

  function decision(one, box, details) {
    const reason = el("textarea", { id: `reason-${one.id}`, rows: "2", maxlength: "500", oninput: () => typed.set(one.id, reason.value) }, typed.get(one.id));
    const said = el("div", { "aria-live": "polite" });
    const decide = async (chosen) => {
      const words = reason.value.trim();
      if (!words) { said.replaceChildren(el("p", { class: "notice error", role: "alert" }, t("needsReason"))); return reason.focus(); }
      try {
        const told = await tell(`/v1/corrections/${one.id}/decide`, { decision: chosen, reason: words });
        details.classList.add("closed");
        box.replaceChildren(decided({ ...one, ...told, decision: words }));
        frame.tell(t(`decided_${told.state}`, { day: "" }));
        return details.querySelector("summary").focus();
      } catch (error) {
        if (error.status === 409) return outrun(one, box, details, error, words);
        return drawProblem(said, error, { onRetry: () => decide(chosen), fields: { reason: t("decisionReason") } });
      }
    };
    return el("div", { class: "decision" }, el("label", { class: "label", for: `reason-${one.id}` }, t("decisionReason")), reason,
      el("div", { class: "actions" },
        el("button", { type: "button", class: "primary accept-it", onclick: () => decide("accept") }, t("acceptIt")),
        el("button", { type: "button", class: "plain refuse-it", onclick: () => decide("reject") }, t("refuseIt"))), said);
  }

  return { redraw: () => { drawHead(); draw(); }, close: () => {} };
}

