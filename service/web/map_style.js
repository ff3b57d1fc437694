// How the map looks: communes and provinces by share, hatched where nothing is known, crossed where a figure is hidden, cells by their gap.

import { el } from "./dom.js";
import { css, GAPS, shade, STEPS } from "./shades.js";

const NONE = { type: "FeatureCollection", features: [] };
// What a commune's own state says beside a share: see `paint` in map.js.
export const UNKNOWN = -1;
export const HIDDEN = -2;
const UNTOLD = -3;

// Close to the doors the colours step back.
export const fading = (opacity) => ["interpolate", ["linear"], ["zoom"], 12, opacity, 14, 0];
export const own = ["coalesce", ["feature-state", "share"], UNTOLD];
export const scale = () => ["step", own, css("--c0"), ...STEPS.slice(1).flatMap((step, index) => [step, css(`--c${index + 1}`)])];

export function byProvince(shares) {
  const known = [...shares].filter(([, share]) => share >= 0);
  if (!known.length) return css("--land");
  return ["match", ["get", "province_code"], ...known.flatMap(([code, share]) => [code, css(shade(share))]), css("--land")];
}

export function provincesThat(shares, mark) {
  const marked = [...shares].filter(([, share]) => share === mark).map(([code]) => code);
  return marked.length ? ["match", ["get", "province_code"], marked, 1, 0] : 0;
}

export const tilesOf = (layer, query = "") => [`${location.origin}/v1/tiles/${layer}/{z}/{x}/{y}.mvt${query}`];

export function doorLayer(source) {
  return { id: "doors", type: "circle", source, "source-layer": "addresses", minzoom: 14,
    paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 3, 18, 8], "circle-color": ["case", ["get", "coded"], css("--blue"), css("--card")],
      "circle-stroke-color": ["case", ["get", "coded"], "#ffffff", css("--blue")], "circle-stroke-width": 1.5 } };
}

export function style() {
  const thin = ["interpolate", ["linear"], ["zoom"], 4, 0.3, 8, 0.8, 12, 1.6];
  const faint = ["interpolate", ["linear"], ["zoom"], 4.5, 0.12, 6, 0.4, 8, 0.9];
  const lifted = ["case", ["boolean", ["feature-state", "chosen"], false], 3, ["boolean", ["feature-state", "answered"], false], 3, ["boolean", ["feature-state", "hovered"], false], 2, 0];
  const commune = { source: "communes", "source-layer": "communes" };
  const gap = ["step", ["coalesce", ["get", "gap"], 0], "rgba(0,0,0,0)", ...GAPS.flatMap((least, index) => [least, css(`--g${index + 1}`)])];
  return {
    version: 8,
    sources: {
      communes: { type: "vector", tiles: tilesOf("communes"), minzoom: 3, maxzoom: 13, promoteId: { communes: "code" } },
      provinces: { type: "geojson", data: NONE },
      accuracy: { type: "geojson", data: NONE },
      cells: { type: "geojson", data: NONE },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": css("--sea") } },
      { id: "land", type: "fill", ...commune, paint: { "fill-color": css("--land") } },
      { id: "communes", type: "fill", ...commune, paint: { "fill-color": css("--land"), "fill-opacity": 0.92 } },
      { id: "unknown", type: "fill", ...commune, paint: { "fill-pattern": "hatch", "fill-opacity": 0 } },
      { id: "hidden", type: "fill", ...commune, paint: { "fill-pattern": "cross", "fill-opacity": 0 } },
      { id: "cells", type: "fill", source: "cells", filter: ["!", ["get", "suppressed"]], paint: { "fill-color": gap, "fill-opacity": 0.85, "fill-outline-color": css("--edge") } },
      { id: "cells-hidden", type: "fill", source: "cells", filter: ["get", "suppressed"], paint: { "fill-pattern": "cross" } },
      { id: "edges", type: "line", ...commune, filter: ["!", ["get", "approximate"]], paint: { "line-color": css("--edge"), "line-width": thin, "line-opacity": faint } },
      { id: "rough-edges", type: "line", ...commune, filter: ["get", "approximate"],
        paint: { "line-color": css("--edge"), "line-width": thin, "line-opacity": faint, "line-dasharray": [3, 2] } },
      { id: "province-edges", type: "line", source: "provinces", maxzoom: 9.5,
        paint: { "line-color": css("--province-edge"), "line-width": ["interpolate", ["linear"], ["zoom"], 4, 0.7, 9, 1.8], "line-opacity": ["interpolate", ["linear"], ["zoom"], 8.5, 0.85, 9.5, 0] } },
      { id: "lifted", type: "line", ...commune, paint: { "line-color": css("--ink"), "line-width": lifted } },
      { id: "accuracy", type: "fill", source: "accuracy", paint: { "fill-color": css("--blue"), "fill-opacity": 0.14, "fill-outline-color": css("--blue") } },
    ],
  };
}

export function addPatterns(map) {
  if (!map.hasImage("hatch")) map.addImage("hatch", pattern(false));
  if (!map.hasImage("cross")) map.addImage("cross", pattern(true));
}

// Lines upwards; with `both` also downwards.
function pattern(both) {
  const size = 16;
  const canvas = el("canvas", { width: size, height: size });
  const brush = canvas.getContext("2d");
  brush.strokeStyle = css("--hatch");
  brush.lineWidth = 2;
  for (const shift of [-size, -size / 2, 0, size / 2, size]) {
    brush.moveTo(shift, size); brush.lineTo(shift + size, 0);
    if (both) { brush.moveTo(shift, 0); brush.lineTo(shift + size, size); }
  }
  brush.stroke();
  return brush.getImageData(0, 0, size, size);
}
