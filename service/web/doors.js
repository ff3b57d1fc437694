// The doors on the map: those that the key of this tab may see, none without one; a key of single provinces asks for the one in sight.

import { ask } from "./api.js";
import { headers, onKey } from "./key.js";
import { doorLayer, tilesOf } from "./map_style.js";

const SOURCE = "addresses";
const NOBODY = { scopes: [], provinces: [] };

// The tiles of doors are the only ones that need the key.
export const withKey = (url) => (url.includes(`/tiles/${SOURCE}/`) ? { url, headers: headers() } : { url });

export function doors(map, ready) {
  let me = NOBODY;
  let shown = null;
  onKey(know);
  know();

  async function know() {
    me = await ask("/v1/me").catch(() => NOBODY);
    ready(() => { hide(); follow(null); });
  }

  // Null where nothing may be seen, "" for the whole country, else a province.
  function wanted(province) {
    if (!me.scopes.includes("doors")) return null;
    if (!me.provinces) return "";
    if (me.provinces.length === 1) return me.provinces[0];
    return me.provinces.includes(province) ? province : shown;
  }

  function follow(unit) {
    const province = wanted(unit?.province_code);
    if (province === shown && map.getSource(SOURCE)) return;
    hide();
    shown = province;
    if (province === null) return;
    map.addSource(SOURCE, { type: "vector", tiles: tilesOf(SOURCE, province ? `?province=${province}` : ""), minzoom: 14, maxzoom: 15 });
    map.addLayer(doorLayer(SOURCE));
  }

  function hide() {
    if (map.getLayer("doors")) map.removeLayer("doors");
    if (map.getSource(SOURCE)) map.removeSource(SOURCE);
    shown = null;
  }

  return { follow, again: () => { shown = null; follow(null); } };
}
