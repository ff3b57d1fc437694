// The pins of an answer: one where it is certain, one with a number for each possibility, none where the answer is a wide area.

import { el } from "./dom.js";
import { setOnMap } from "./markers.js";

// Answers that are an area: their outline says more than a circle.
const WIDE = ["commune", "district", "province"];
const NOTHING = { type: "FeatureCollection", features: [] };

export const hasPoint = (place) => place?.lat != null && place?.lon != null;

// `mark(code, answered)` outlines a commune; `ready(act)` waits for the map's sources.
export function pins(map, { mark, ready }) {
  let markers = [];
  let outlined = null;

  function put(place, kind, rank, onPick) {
    const drop = el("span", { class: `pin ${kind}` }, rank ? el("b", {}, String(rank)) : null);
    const box = onPick
      ? el("button", { type: "button", class: "pin-box", "aria-label": `${rank}. ${place.label}`, title: place.label, onclick: (event) => { event.stopPropagation(); onPick(place); } }, drop)
      : el("div", { class: "pin-box" }, drop);
    return setOnMap(map, box, [place.lon, place.lat], { anchor: "bottom", offset: [0, -4] });
  }

  return {
    clear() { this.one(null); },
    one(place, kind = "") {
      markers.forEach((marker) => marker.remove());
      const known = hasPoint(place) && !["district", "province"].includes(place.level);
      markers = known ? [put(place, kind)] : [];
      ready(() => {
        if (outlined) mark(outlined, false);
        outlined = place?.level === "commune" ? place.unit?.commune?.code : null;
        if (outlined) mark(outlined, true);
        map.getSource("accuracy").setData(known && place.accuracy_m && !WIDE.includes(place.level) ? circle(place) : NOTHING);
      });
    },
    many(places, onPick) {
      this.one(null);
      markers = places.flatMap((place, index) => (hasPoint(place) ? [put(place, "ambiguous", index + 1, onPick)] : []));
    },
  };
}

// A circle of `accuracy_m` metres, as a polygon of 48 corners in degrees.
function circle({ lat, lon, accuracy_m: metres }) {
  const corner = (index) => {
    const angle = (index / 48) * 2 * Math.PI;
    const north = metres / 111_320;
    return [lon + (north * Math.cos(angle)) / Math.cos((lat * Math.PI) / 180), lat + north * Math.sin(angle)];
  };
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [Array.from({ length: 49 }, (_, index) => corner(index))] } };
}
