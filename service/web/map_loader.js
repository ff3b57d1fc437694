// Brings the map after the page has been seen: MapLibre is ten times as large as all else.

import { el } from "./dom.js";

const FILES = "/static/maplibre/maplibre-gl";
const LATEST_MS = 800;
let asked = null;

function seen() {
  const idle = (done) => ("requestIdleCallback" in window ? requestIdleCallback(done, { timeout: LATEST_MS }) : setTimeout(done, 50));
  return new Promise((done) => {
    // Two frames: what stands on the page has been painted when the second begins.
    const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => idle(done)));
    if (document.readyState === "complete") painted(); else addEventListener("load", painted, { once: true });
  });
}

function brought(node) {
  return new Promise((done, failed) => {
    node.addEventListener("load", done);
    node.addEventListener("error", () => failed(new Error(node.src || node.href)));
    // Before our own styles, which have the last word.
    if (node.rel === "stylesheet") document.querySelector("link[rel=stylesheet]").before(node); else document.head.append(node);
  });
}

// Returns `openMap` of map.js, once a page.
export function loadMap() {
  asked ??= seen()
    .then(() => Promise.all([brought(el("link", { rel: "stylesheet", href: `${FILES}.css` })), brought(el("script", { src: `${FILES}.js` }))]))
    .then(() => import("./map.js"))
    .then(({ openMap }) => openMap);
  return asked;
}
