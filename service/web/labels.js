// Names on the map as HTML: this map has no fonts of its own, so that nothing is fetched from outside. Names that would overlap stay out.

import { el } from "./dom.js";
import { setOnMap } from "./markers.js";

export function labels(map) {
  let names = { wide: [], near: [] };
  let shown = new Map();

  function draw() {
    const zoom = map.getZoom();
    const wanted = zoom < 5.6 ? [] : names.near.length && zoom >= 7.4 ? names.near : zoom < 10 ? names.wide : [];
    const taken = [];
    const kept = new Map();
    for (const { code, name, at } of wanted) {
      const { x, y } = map.project(at);
      const half = Math.min(name.length * 3.6, 66) + 6;
      const box = [x - half, y - 13, x + half, y + 13];
      const outside = x < 0 || y < 0 || x > map.getContainer().clientWidth || y > map.getContainer().clientHeight;
      if (outside || taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      taken.push(box);
      kept.set(code, shown.get(code) ?? setOnMap(map, el("div", { class: "map-label" }, name), at));
    }
    for (const [code, marker] of shown) if (!kept.has(code)) marker.remove();
    shown = kept;
  }

  map.on("moveend", draw);
  return {
    provinces(list) { names = { ...names, wide: list }; draw(); },
    communes(list) { names = { ...names, near: list }; draw(); },
  };
}
