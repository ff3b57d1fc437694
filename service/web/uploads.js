// Handing a file over: the open uploads of the province and the way of one of them from the file to the registry.

import { ask, remove } from "./api.js";
import { openChoice } from "./upload_choose.js";
import { openUpload } from "./upload.js";
import { el } from "./dom.js";
import { problem } from "./problem.js";
import { hashOf } from "./province_place.js";
import { day, number, t } from "./words.js";

export function openUploads(host, place, frame) {
  if (place.upload) return openUpload(host, place, frame);
  const list = el("div", { class: "open-uploads" });
  const form = el("div", {});
  let uploads = [];
  host.replaceChildren(form, list);
  const choice = openChoice(form, place, frame);

  async function load() {
    try {
      uploads = (await ask("/v1/uploads", { province: place.province })).uploads.filter((each) => each.state !== "imported");
      draw();
    } catch (error) { list.replaceChildren(problem(error, { onRetry: load })); }
  }

  function draw() {
    list.replaceChildren(...(uploads.length ? [el("h2", {}, t("openUploads")), el("ul", { class: "cards" }, uploads.map(card))] : []));
  }

  function card(upload) {
    const drop = el("button", { type: "button", class: "quiet", "aria-label": `${t("dropUpload")}: ${upload.name}`, onclick: () => forget(upload, drop) }, t("dropUpload"));
    return el("li", { class: "line-card" },
      el("div", {}, el("a", { href: hashOf({ ...place, upload: upload.id }) }, upload.name), el("small", {}, t("handedOn", { day: day(upload.created_at) }))),
      el("span", { class: `state ${upload.state}` }, t(`upload_${upload.state}`)),
      upload.counts ? el("small", {}, t("rowsOf", { n: number(rowsOf(upload.counts)) })) : null,
      upload.state === "importing" ? null : drop);
  }

  async function forget(upload, button) {
    button.disabled = true;
    try {
      await remove(`/v1/uploads/${upload.id}`);
      uploads = uploads.filter((each) => each !== upload);
      draw();
      frame.tell(t("dropped"));
    } catch (error) {
      button.disabled = false;
      button.after(problem(error));
    }
  }

  load();
  return { redraw: () => { choice.redraw(); draw(); }, close: choice.close };
}

export const rowsOf = ({ accepted, incomplete, duplicate, rejected }) => accepted + incomplete + duplicate + rejected;
