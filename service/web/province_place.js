// Where one is on the province's page: it stands behind the # of the address, so that a reload or a bookmark comes back to it.

const NAMES = { province: "tinh", view: "muc", upload: "tep", step: "buoc", batch: "lo", waiting: "cho" };
export const VIEWS = ["nop", "lo", "sua", "viec"];

export function readPlace() {
  const said = new URLSearchParams(location.hash.slice(1));
  const place = Object.fromEntries(Object.entries(NAMES).map(([name, written]) => [name, said.get(written) ?? ""]));
  return { ...place, view: VIEWS.includes(place.view) ? place.view : "nop" };
}

export function hashOf(place) {
  const kept = Object.entries(NAMES).map(([name, written]) => [written, place[name]]).filter(([, value]) => value != null && value !== "");
  return `#${new URLSearchParams(kept)}`;
}

// Goes there as a link does: the way back leads to where one was.
export const go = (place) => { location.hash = hashOf(place); };
