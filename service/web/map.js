// The map: communes as vector tiles of this server, coloured by coverage; no outside tiles, no fonts, labels in HTML.

import { el } from "./dom.js";
import { labels } from "./labels.js";
import { pins } from "./pins.js";
import { lang, t } from "./words.js";

// Degrees: the mainland and both archipelagos.
const COUNTRY = [[102.0, 7.0], [117.9, 23.5]];
const ROOM = { top: 20, left: 20, right: 20, bottom: 96 };
const ARCHIPELAGOS = [
  { code: "20333", province: "48", key: "hoangsa", at: [111.95, 16.45] },
  { code: "22736", province: "56", key: "truongsa", at: [114.0, 9.9] },
];
// Nothing at all is a class of its own; so is the target of 100 %.
export const STEPS = [0, 1e-6, 0.25, 0.5, 0.75, 0.9, 1];
// From here on no neighbour's name is in sight, so the commune under the middle is named beside the map.
const NAMED_FROM = 12;
const UNIT = { source: "communes", sourceLayer: "communes" };
const NAMES = {
  vi: { "NavigationControl.ZoomIn": "Phóng to", "NavigationControl.ZoomOut": "Thu nhỏ", "Map.Title": "Bản đồ", "AttributionControl.ToggleAttribution": "Nguồn bản đồ",
    "CooperativeGesturesHandler.WindowsHelpText": "Giữ Ctrl và cuộn để phóng bản đồ", "CooperativeGesturesHandler.MacHelpText": "Giữ ⌘ và cuộn để phóng bản đồ",
    "CooperativeGesturesHandler.MobileHelpText": "Dùng hai ngón tay để di chuyển bản đồ" },
  en: {},
};

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const shade = (share) => `--c${STEPS.findLastIndex((step) => (share ?? 0) >= step)}`;

export function openMap(host, { onCommune, onHover, onPoint, onWhere }) {
  const map = new maplibregl.Map({
    container: host, style: style(), bounds: COUNTRY, fitBoundsOptions: { padding: ROOM }, maxZoom: 19, minZoom: 3,
    attributionControl: false, locale: NAMES[lang()], dragRotate: false, pitchWithRotate: false, fadeDuration: 0,
    cooperativeGestures: matchMedia("(max-width: 860px)").matches,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ unit: "metric" }), "top-left");
  map.addImage("hatch", hatch());
  const written = labels(map);
  const islands = ARCHIPELAGOS.map((each) => islandLabel(map, each, onCommune));
  let coloured = [];
  let hovered = null;

  const state = (code, values) => map.setFeatureState({ ...UNIT, id: code }, values);
  const pinned = pins(map, { mark: (code, answered) => state(code, { answered }), ready: (act) => whenReady(map, act) });
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
  for (const when of ["moveend", "idle"]) map.on(when, () => onWhere(middle(map)));
  map.on("click", (event) => {
    const [door] = map.getLayer("doors") ? map.queryRenderedFeatures(event.point, { layers: ["doors"] }) : [];
    if (door) return onPoint(event.lngLat);
    const [unit] = map.queryRenderedFeatures(event.point, { layers: ["communes"] });
    if (unit) onCommune(unit.properties.code, unit.properties.province_code, unit.properties);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { map.setStyle(style(), { diff: false }); map.once("styledata", recolour); });

  let last = null;
  function recolour() {
    if (!map.hasImage("hatch")) map.addImage("hatch", hatch());
    if (last) paint(last);
  }
  // Communes take their own colour when a province is open, and that of their province on the map of the country.
  function paint(shares) {
    last = shares;
    coloured.forEach((code) => map.removeFeatureState({ ...UNIT, id: code }));
    coloured = [];
    if (shares.province) {
      for (const [code, share] of shares.of) state(code, { share: share ?? -1 });
      coloured = [...shares.of.keys()];
    }
    const own = ["feature-state", "share"];
    map.setPaintProperty("communes", "fill-color", shares.province ? scale(own) : byProvince(shares.of));
    map.setPaintProperty("communes", "fill-opacity", fading(shares.province ? ["case", [">=", ["coalesce", own, -1], 0], 0.92, 0] : 0.92));
    map.setPaintProperty("unknown", "fill-opacity", shares.province ? ["case", ["==", ["coalesce", own, -2], -1], 1, 0] : unknownProvinces(shares.of));
  }

  return {
    map, written,
    paint: (shares) => whenReady(map, () => paint(shares)),
    select(code, before) { whenReady(map, () => { if (before) state(before, { chosen: false }); if (code) state(code, { chosen: true }); }); },
    frame: (box, most = 11) => map.fitBounds(box ? [[box[0], box[1]], [box[2], box[3]]] : COUNTRY, { padding: box ? { ...ROOM, top: 50, left: 40, right: 60 } : ROOM, maxZoom: most, duration: 700 }),
    pins: pinned,
    fit: (places) => map.fitBounds(boxOf(places), { padding: { top: 90, left: 60, right: 60, bottom: 130 }, maxZoom: 15.5, duration: 1100 }),
    outlines: (provinces) => whenReady(map, () => map.getSource("provinces").setData(provinces)),
    rename() { islands.forEach((each) => each()); },
  };
}

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

// Close to the doors the colours step back.
const fading = (opacity) => ["interpolate", ["linear"], ["zoom"], 12, opacity, 14, 0];

const scale = (share) => ["step", ["coalesce", share, 0], css("--c0"), ...STEPS.slice(1).flatMap((step, index) => [step, css(`--c${index + 1}`)])];

function byProvince(shares) {
  const known = [...shares].filter(([, share]) => share != null);
  if (!known.length) return css("--land");
  return ["match", ["get", "province_code"], ...known.flatMap(([code, share]) => [code, css(shade(share))]), css("--land")];
}

function unknownProvinces(shares) {
  const unknown = [...shares].filter(([, share]) => share == null).map(([code]) => code);
  return unknown.length ? ["match", ["get", "province_code"], unknown, 1, 0] : 0;
}

function style() {
  const tiles = (layer) => [`${location.origin}/v1/tiles/${layer}/{z}/{x}/{y}.mvt`];
  const thin = ["interpolate", ["linear"], ["zoom"], 4, 0.3, 8, 0.8, 12, 1.6];
  const faint = ["interpolate", ["linear"], ["zoom"], 4.5, 0.12, 6, 0.4, 8, 0.9];
  const lifted = ["case", ["boolean", ["feature-state", "chosen"], false], 3, ["boolean", ["feature-state", "answered"], false], 3, ["boolean", ["feature-state", "hovered"], false], 2, 0];
  return {
    version: 8,
    sources: {
      communes: { type: "vector", tiles: tiles("communes"), minzoom: 3, maxzoom: 13, promoteId: { communes: "code" } },
      addresses: { type: "vector", tiles: tiles("addresses"), minzoom: 14, maxzoom: 15 },
      provinces: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      accuracy: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": css("--sea") } },
      { id: "land", type: "fill", source: "communes", "source-layer": "communes", paint: { "fill-color": css("--land") } },
      { id: "communes", type: "fill", source: "communes", "source-layer": "communes", paint: { "fill-color": css("--land"), "fill-opacity": 0.92 } },
      { id: "unknown", type: "fill", source: "communes", "source-layer": "communes", paint: { "fill-pattern": "hatch", "fill-opacity": 0 } },
      { id: "edges", type: "line", source: "communes", "source-layer": "communes", filter: ["!", ["get", "approximate"]], paint: { "line-color": css("--edge"), "line-width": thin, "line-opacity": faint } },
      { id: "rough-edges", type: "line", source: "communes", "source-layer": "communes", filter: ["get", "approximate"],
        paint: { "line-color": css("--edge"), "line-width": thin, "line-opacity": faint, "line-dasharray": [3, 2] } },
      { id: "province-edges", type: "line", source: "provinces", maxzoom: 9.5,
        paint: { "line-color": css("--province-edge"), "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.7, 9, 1.8], "line-opacity": ["interpolate", ["linear"], ["zoom"], 8.5, 0.85, 9.5, 0] } },
      { id: "lifted", type: "line", source: "communes", "source-layer": "communes", paint: { "line-color": css("--ink"), "line-width": lifted } },
      { id: "accuracy", type: "fill", source: "accuracy", paint: { "fill-color": css("--blue"), "fill-opacity": 0.14, "fill-outline-color": css("--blue") } },
      { id: "doors", type: "circle", source: "addresses", "source-layer": "addresses", minzoom: 14,
        paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 3, 18, 8], "circle-color": ["case", ["get", "coded"], css("--blue"), css("--card")],
          "circle-stroke-color": ["case", ["get", "coded"], "#ffffff", css("--blue")], "circle-stroke-width": 1.5 } },
    ],
  };
}

function hatch() {
  const size = 16;
  const canvas = el("canvas", { width: size, height: size });
  const brush = canvas.getContext("2d");
  brush.strokeStyle = css("--hatch");
  brush.lineWidth = 2;
  for (const shift of [-size, 0, size]) { brush.moveTo(shift, size); brush.lineTo(shift + size, 0); }
  brush.moveTo(-size / 2, size); brush.lineTo(size / 2, 0); brush.moveTo(size / 2, size); brush.lineTo(size * 1.5, 0);
  brush.stroke();
  return brush.getImageData(0, 0, size, size);
}

function islandLabel(map, { code, province, key, at }, onCommune) {
  const button = el("button", { type: "button", class: "map-label islands", onclick: (event) => { event.stopPropagation(); onCommune(code, province); } }, t(key));
  new maplibregl.Marker({ element: button }).setLngLat(at).addTo(map);
  return () => { button.textContent = t(key); };
}
