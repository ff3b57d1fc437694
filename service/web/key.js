// Keeps the API key of this tab: in the memory of the tab alone, never in a cookie, an address or anything that outlives the tab.

const KEPT = "diachiso.key";
// What a header can carry; anything else was not copied whole.
const SHAPE = /^[\x21-\x7e]{8,8192}$/;
const listeners = [];
let held = read();

function read() {
  try { return sessionStorage.getItem(KEPT) ?? ""; } catch { return ""; }
}

export const key = () => held;
export const isKey = (text) => SHAPE.test(text);
export const headers = (given = held) => (given ? { Authorization: `Bearer ${given}` } : {});
// A listener is told when another key, or none, is used from now on.
export const onKey = (listener) => listeners.push(listener);

export function keep(text) {
  held = text;
  try { text ? sessionStorage.setItem(KEPT, text) : sessionStorage.removeItem(KEPT); } catch { /* A browser that keeps nothing has it until the page is left. */ }
  listeners.forEach((listener) => listener());
}
