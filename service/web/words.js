// Every word that the page says, in both languages; Vietnamese comes first.

const WORDS = {
  vi: {
    skip: "Đến ô tìm kiếm", title: "Địa chỉ số", findTitle: "Gõ địa chỉ hoặc mã", placeholder: "Số nhà, đường, phường, tỉnh…",
    find: "Tìm", clear: "Xoá", try: "Thử:", mapTitle: "Bản đồ", coverTitle: "Độ phủ địa chỉ số", province: "Tỉnh, thành phố",
    country: "Cả nước (34 tỉnh, thành phố)", foot: "Mã là vĩnh viễn: sáp nhập, đổi tên phường xã không làm mã thay đổi.",
    ACCEPT: "Chắc chắn – giao được", ACCEPT_WIDE: "Chắc chắn – tới mức {level}", CONFIRM: "Cần xác nhận", AMBIGUOUS: "Nhiều khả năng", REJECT: "Không nhận ra",
    CHOSEN: "Bạn đã chọn", POINT: "Gần điểm bạn bấm",
    household: "Cửa nhà", alley: "Đầu ngõ", street: "Đường, phố", hamlet: "Thôn, xóm, tổ", commune: "Phường, xã", district: "Quận, huyện",
    none: "Không rõ", copy: "Chép mã", copied: "Đã chép", copyFailed: "Không chép được", postal: "Mã bưu chính", accuracy: "Sai số vị trí",
    metres: "khoảng {n} m", changed: "Đã hiểu khác đi", ignored: "Không dùng đến", others: "Các khả năng khác", choose: "Chọn một trong các khả năng dưới đây", level: "Mức tìm được",
    noCode: "Chưa có mã ở mức này", noCodeHint: "Mã chỉ gắn với từng cửa nhà.", noCodeAdd: "Mã chỉ gắn với từng cửa nhà. Thêm số nhà để tìm được mã.", looking: "Đang tìm…",
    offline: "Không gọi được máy chủ. Kiểm tra mạng rồi thử lại.", noMap: "Trình duyệt này không vẽ được bản đồ (thiếu WebGL). Việc tra cứu vẫn dùng được.",
    results: "{n} gợi ý; dùng mũi tên lên, xuống để chọn", legend: "Hộ có mã / hộ theo tổng điều tra", unknown: "chưa rõ",
    approximate: "ranh giới gần đúng", approximateLong: "Ranh giới của xã này là gần đúng.", byProvince: "theo tỉnh", byCommune: "theo xã",
    close: "Đóng", communes: "Từng phường, xã, đặc khu", name: "Tên", noFigures: "Chưa có số liệu.", doors: "Địa chỉ trong sổ", coded: "Địa chỉ có mã",
    notified: "Đã thông báo cho hộ", baseline: "Hộ theo tổng điều tra", households: "Hộ trong sổ", codedHouseholds: "Hộ có mã",
    defA: "Hộ có mã / hộ có địa chỉ trong sổ", defB: "Hộ có mã / hộ theo tổng điều tra", defC: "Địa chỉ có mã / địa chỉ dự kiến bàn giao",
    defs: "Ba cách tính", hoangsa: "Quần đảo Hoàng Sa", truongsa: "Quần đảo Trường Sa", whole: "Cả nước",
    over: "vượt 100 %: xem lại mẫu số", hidden: "Không công bố: đơn vị có dưới 5 hộ, hoặc cần ẩn để không tính ngược được.", asOf: "Tính đến {d}", counted: "Mẫu số (b): {s}", api: "Mô tả API (OpenAPI)",
  },
  en: {
    skip: "To the search box", title: "Digital addresses", findTitle: "Type an address or a code", placeholder: "House number, street, ward, province…",
    find: "Find", clear: "Clear", try: "Try:", mapTitle: "Map", coverTitle: "Digital address coverage", province: "Province or city",
    country: "Whole country (34 provinces)", foot: "A code is permanent: mergers and new names of communes never change it.",
    ACCEPT: "Certain – ready to deliver", ACCEPT_WIDE: "Certain – down to the {level}", CONFIRM: "Please confirm", AMBIGUOUS: "Several possibilities", REJECT: "Not recognised",
    CHOSEN: "Your choice", POINT: "Near the point you clicked",
    household: "Door", alley: "Alley mouth", street: "Street", hamlet: "Hamlet or group", commune: "Commune", district: "District",
    none: "Unknown", copy: "Copy code", copied: "Copied", copyFailed: "Could not copy", postal: "Postal code", accuracy: "Position error",
    metres: "about {n} m", changed: "Read differently", ignored: "Not used", others: "Other possibilities", choose: "Choose one of the possibilities below", level: "Found down to",
    noCode: "No code at this level", noCodeHint: "Only doors carry a code.", noCodeAdd: "Only doors carry a code. Add a house number to find it.", looking: "Searching…",
    offline: "The server cannot be reached. Check the network and try again.", noMap: "This browser cannot draw the map (no WebGL). Searching still works.",
    results: "{n} suggestions; use the up and down arrows to choose", legend: "Households with a code / census households", unknown: "unknown",
    approximate: "approximate boundary", approximateLong: "The boundary of this commune is approximate.", byProvince: "by province", byCommune: "by commune",
    close: "Close", communes: "Every ward, commune and special zone", name: "Name", noFigures: "No figures yet.", doors: "Addresses in the registry", coded: "Addresses with a code",
    notified: "Households notified", baseline: "Census households", households: "Households in the registry", codedHouseholds: "Households with a code",
    defA: "Households with a code / households with a recorded address", defB: "Households with a code / census households", defC: "Coded addresses / addresses expected from the hand-over",
    defs: "Three definitions", hoangsa: "Hoàng Sa archipelago", truongsa: "Trường Sa archipelago", whole: "Whole country",
    over: "above 100 %: check the denominator", hidden: "Not published: fewer than 5 households, or hidden so that such a unit cannot be computed back.", asOf: "As of {d}", counted: "Denominator (b): {s}", api: "API description (OpenAPI)",
  },
};
const KEPT = "diachiso.language";
const listeners = [];
let language = read() === "en" ? "en" : "vi";

function read() {
  try { return localStorage.getItem(KEPT); } catch { return null; }
}

export const lang = () => language;

export function t(key, values = {}) {
  const words = WORDS[language][key] ?? WORDS.vi[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const number = (value, digits = 0) =>
  new Intl.NumberFormat(language === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: digits }).format(value);

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
