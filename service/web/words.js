// How the pages speak: the words that all share, in both languages, Vietnamese first; a page brings its own with `learn`.

const WORDS = {
  vi: {
    skip: "Đến nội dung chính", brand: "Địa chỉ số", menu: "Trang", menu_courier: "Tra cứu", menu_coverage: "Độ phủ", menu_data: "Dữ liệu mở", menu_province: "Cho tỉnh", menu_breaches: "Vi phạm dữ liệu", menu_paper: "Giấy để in",
    foot: "Mã là vĩnh viễn: sáp nhập, đổi tên phường xã không làm mã thay đổi.", api: "Mô tả API (OpenAPI)",
    mapTitle: "Bản đồ", province: "Tỉnh, thành phố", country: "Cả nước (34 tỉnh, thành phố)", whole: "Cả nước", unknown: "chưa rõ", close: "Đóng",
    offline: "Không gọi được máy chủ. Kiểm tra mạng rồi thử lại.", noMap: "Trình duyệt này không vẽ được bản đồ (thiếu WebGL). Việc tra cứu vẫn dùng được.",
    approximate: "ranh giới gần đúng", hoangsa: "Quần đảo Hoàng Sa", truongsa: "Quần đảo Trường Sa", download: "Tải về", key: "Khóa truy cập", keyHeld: "Đang dùng khóa",
    zoomIn: "Phóng to", zoomOut: "Thu nhỏ", scrollCtrl: "Giữ Ctrl và cuộn để phóng bản đồ", scrollMac: "Giữ ⌘ và cuộn để phóng bản đồ", twoFingers: "Dùng hai ngón tay để di chuyển bản đồ",
    failed: "Máy chủ không trả lời được (lỗi {status}). Hãy thử lại sau ít phút.",
  },
  en: {
    skip: "To the main content", brand: "Digital addresses", menu: "Pages", menu_courier: "Search", menu_coverage: "Coverage", menu_data: "Open data", menu_province: "Provinces", menu_breaches: "Breaches", menu_paper: "Papers",
    foot: "A code is permanent: mergers and new names of communes never change it.", api: "API description (OpenAPI)",
    mapTitle: "Map", province: "Province or city", country: "Whole country (34 provinces)", whole: "Whole country", unknown: "unknown", close: "Close",
    offline: "The server cannot be reached. Check the network and try again.", noMap: "This browser cannot draw the map (no WebGL). Searching still works.",
    approximate: "approximate boundary", hoangsa: "Hoàng Sa archipelago", truongsa: "Trường Sa archipelago", download: "Download", key: "Access key", keyHeld: "Key in use",
    zoomIn: "Zoom in", zoomOut: "Zoom out", scrollCtrl: "Use Ctrl and scroll to zoom the map", scrollMac: "Use ⌘ and scroll to zoom the map", twoFingers: "Use two fingers to move the map",
    failed: "The server could not answer (error {status}). Try again in a few minutes.",
  },
};
const KEPT = "diachiso.language";
const listeners = [];
let language = (new URLSearchParams(location.search).get("lang") ?? read()) === "en" ? "en" : "vi";

function read() {
  try { return localStorage.getItem(KEPT); } catch { return null; }
}

export const lang = () => language;

// The words of a page: { vi: {…}, en: {…} }.
export function learn(words) {
  for (const each of ["vi", "en"]) Object.assign(WORDS[each], words[each]);
}

export function t(key, values = {}) {
  const words = WORDS[language][key] ?? WORDS.vi[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const number = (value, digits = 0) =>
  new Intl.NumberFormat(language === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: digits }).format(value);

// A day of the service (2026-09-30) as one writes it.
export const day = (iso) => (language === "vi" ? iso.slice(0, 10).split("-").reverse().join("/") : iso.slice(0, 10));

// Rounded down, so that 99,96 % never reads as reached; a share below one per mille keeps what says that it is not nothing.
export const percent = (share) => {
  if (share == null) return t("unknown");
  const tenths = Math.floor(share * 1000 + 1e-9) / 10;
  if (tenths === 0 && share > 0) return `${number(Math.max(0.001, Math.floor(share * 100000) / 1000), 3)} %`;
  return `${number(tenths, 1)} %`;
};

export const onLanguage = (listener) => listeners.push(listener);

export function setLanguage(chosen) {
  language = chosen === "en" ? "en" : "vi";
  try { localStorage.setItem(KEPT, language); } catch { /* A browser that keeps nothing still switches. */ }
  // The address can be handed on in the language that is read; its query carries nothing else.
  history.replaceState(null, "", `${location.pathname}${language === "en" ? "?lang=en" : ""}${location.hash}`);
  translatePage();
  listeners.forEach((listener) => listener());
}

export function translatePage() {
  document.documentElement.lang = language;
  document.title = t("title");
  for (const node of document.querySelectorAll("[data-i18n]")) node.textContent = t(node.dataset.i18n);
  for (const node of document.querySelectorAll("[data-i18n-placeholder]")) node.placeholder = t(node.dataset.i18nPlaceholder);
  for (const node of document.querySelectorAll("[data-i18n-label]")) node.setAttribute("aria-label", t(node.dataset.i18nLabel));
  for (const node of document.querySelectorAll("[data-lang]")) node.setAttribute("aria-pressed", String(node.dataset.lang === language));
}

// What every page does first.
export function speak(words) {
  learn(words);
  translatePage();
  // What stands behind the # is where one is: skipping to the content must not lose it.
  document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); document.getElementById("main").focus(); });
  for (const button of document.querySelectorAll("[data-lang]")) button.addEventListener("click", () => setLanguage(button.dataset.lang));
}
