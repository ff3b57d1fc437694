// Sets elements on the map. MapLibre calls each of them “Map marker”: here it keeps the name that it has.

export function setOnMap(map, element, at, options = {}) {
  const name = element.getAttribute("aria-label");
  const marker = new maplibregl.Marker({ element, ...options }).setLngLat(at).addTo(map);
  if (name) element.setAttribute("aria-label", name); else element.removeAttribute("aria-label");
  return marker;
}
