// The map: communes as vector tiles of this server, coloured by coverage; no outside tiles, no fonts, labels in HTML.

import { el } from "./dom.js";
import { doors, withKey } from "./doors.js";
import { labels } from "./labels.js";
import { addPatterns, byProvince, fading, HIDDEN, own, provincesThat, scale, style, UNKNOWN } from "./map_style.js";
import { setOnMap } from "./markers.js";
import { pins } from "./pins.js";
import { t } from "./words.js";

// Degrees: the mainland and both archipelagos.
const COUNTRY = [[102.0, 7.0], [117.9, 23.5]];
const ROOM = { top: 20, left: 20, right: 20, bottom: 96 };
const ARCHIPELAGOS = [
  { code: "20333", province: "48", key: "hoangsa", at: [111.95, 16.45] },
  { code: "22736", province: "56", key: "truongsa", at: [114.0, 9.9] },
];
// From here on no neighbour's name is in sight, so the commune under the middle is named beside the map.
const NAMED_FROM = 12;
const UNIT = { source: "communes", sourceLayer: "communes" };
// What MapLibre names in English: where it stands, and its word here.
const BUTTONS = { ".maplibregl-ctrl-zoom-in": "zoomIn", ".maplibregl-ctrl-zoom-out": "zoomOut" };
const GESTURES = { ".maplibregl-desktop-message": navigator.platform.startsWith("Mac") ? "scrollMac" : "scrollCtrl", ".maplibregl-mobile-message": "twoFingers" };

export function openMap(host, { onCommune, onHover, onPoint, onWhere }) {
  const map = new maplibregl.Map({
    container: host, style: style(), bounds: COUNTRY, fitBoundsOptions: { padding: ROOM }, maxZoom: 19, minZoom: 3,
    attributionControl: false, transformRequest: withKey, dragRotate: false, pitchWithRotate: false, fadeDuration: 0,
    cooperativeGestures: matchMedia("(max-width: 860px)").matches,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ unit: "metric" }), "top-left");
  addPatterns(map);
  const written = labels(map);
  const islands = ARCHIPELAGOS.map((each) => islandLabel(map, each, onCommune));
  let coloured = [];
  let hovered = null;
  let picking = null;
  const kept = {};

  const state = (code, values) => map.setFeatureState({ ...UNIT, id: code }, values);
  const pinned = pins(map, { mark: (code, answered) => state(code, { answered }), ready: (act) => whenReady(map, act) });
  const seen = doors(map, (act) => whenReady(map, act));
  map.on("mousemove", "communes", (event) => {
    const unit = event.features[0].properties;
    if (hovered === unit.code) return;
    if (hovered) state(hovered, { hovered: false });
    hovered = unit.code;
    state(hovered, { hovered: true });
    map.getCanvas().style.cursor = "pointer";
    onHover(unit);
  });
  map.on("mouseleave", "communes", () => {
    if (hovered) state(hovered, { hovered: false });
    hovered = null;
    map.getCanvas().style.cursor = "";
    onHover(null);
  });
  // The tile under the middle may come after the move has ended.
  for (const when of ["moveend", "idle"]) map.on(when, () => { const unit = middle(map); onWhere(unit); whenReady(map, () => seen.follow(unit)); });
  map.on("click", (event) => {
    if (picking) { const done = picking; picking = null; return done(event.lngLat); }
    const [door] = map.getLayer("doors") ? map.queryRenderedFeatures(event.point, { layers: ["doors"] }) : [];
    if (door) return onPoint(event.lngLat);
    const [unit] = map.queryRenderedFeatures(event.point, { layers: ["communes"] });
    if (unit) onCommune(unit.properties.code, unit.properties.province_code, unit.properties, event.lngLat);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { map.setStyle(style(), { diff: false }); map.once("styledata", recolour); });

  let last = null;
  function recolour() {
    addPatterns(map);
    seen.again();
    if (last) paint(last);
    if (kept.provinces) map.getSource("provinces").setData(kept.provinces);
    if (kept.cells) map.getSource("cells").setData(kept.cells);
  }
  function put(source, data) {
    kept[source] = data;
    whenReady(map, () => map.getSource(source).setData(data));
  }
  // `shares.of` holds a share, UNKNOWN or HIDDEN by code. Communes take their own colour when a province is open, and that of their province on the map of the country.
  function paint(shares) {
    last = shares;
    coloured.forEach((code) => map.removeFeatureState({ ...UNIT, id: code }));
    coloured = [];
    if (shares.province) {
      for (const [code, share] of shares.of) state(code, { share });
      coloured = [...shares.of.keys()];
    }
    const where = (mark) => (shares.province ? ["case", ["==", own, mark], 1, 0] : provincesThat(shares.of, mark));
    map.setPaintProperty("communes", "fill-color", shares.province ? scale() : byProvince(shares.of));
    map.setPaintProperty("communes", "fill-opacity", fading(shares.province ? ["case", [">=", own, 0], 0.92, 0] : 0.92));
    map.setPaintProperty("unknown", "fill-opacity", where(UNKNOWN));
    map.setPaintProperty("hidden", "fill-opacity", where(HIDDEN));
  }

  rename();
  return {
    map, written,
    paint: (shares) => whenReady(map, () => paint(shares)),
    select(code, before) { whenReady(map, () => { if (before) state(before, { chosen: false }); if (code) state(code, { chosen: true }); }); },
    frame: (box, most = 11) => map.fitBounds(box ? [[box[0], box[1]], [box[2], box[3]]] : COUNTRY, { padding: box ? { ...ROOM, top: 50, left: 40, right: 60 } : ROOM, maxZoom: most, duration: calm(700) }),
    pins: pinned,
    fit: (places) => map.fitBounds(boxOf(places), { padding: { top: 90, left: 60, right: 60, bottom: 130 }, maxZoom: 15.5, duration: calm(1100) }),
    fly: (place, zoom) => map.flyTo({ center: [place.lon, place.lat], zoom, duration: calm(1100) }),
    outlines: (provinces) => put("provinces", provinces),
    cells: (cells) => put("cells", cells),
    // The next click marks a point and opens nothing; null gives it up.
    pickNext(onPick) { picking = onPick; },
    rename,
  };

  function rename() {
    islands.forEach((each) => each());
    map.getCanvas().setAttribute("aria-label", t("mapTitle"));
    named(BUTTONS, (node, words) => { node.title = words; node.setAttribute("aria-label", words); });
    named(GESTURES, (node, words) => { node.textContent = words; });
  }
  function named(keys, name) {
    for (const [selector, key] of Object.entries(keys)) for (const node of host.querySelectorAll(selector)) name(node, t(key));
  }
}

// Whoever asked for less motion sees the place at once.
const calm = (duration) => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : duration);

function boxOf(places) {
  const [lons, lats] = [places.map((each) => each.lon), places.map((each) => each.lat)];
  return [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
}

// The commune under the middle of the map, null from afar.
function middle(map) {
  if (map.getZoom() < NAMED_FROM || !map.getLayer("communes")) return null;
  return map.queryRenderedFeatures(map.project(map.getCenter()), { layers: ["communes"] })[0]?.properties ?? null;
}

function whenReady(map, act) {
  if (map.getSource("communes")) act(); else map.once("styledata", () => whenReady(map, act));
}

function islandLabel(map, { code, province, key, at }, onCommune) {
  const button = el("button", { type: "button", class: "map-label islands", onclick: (event) => { event.stopPropagation(); onCommune(code, province, null, { lng: at[0], lat: at[1] }); } }, t(key));
  setOnMap(map, button, at);
  return () => { button.textContent = t(key); };
}
