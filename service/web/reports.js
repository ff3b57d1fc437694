// What can be taken home of coverage: the official report of today, a quarter or a year in five formats, and the figures behind it.

import { el } from "./dom.js";
import { t } from "./words.js";

const FORMATS = ["pdf", "xlsx", "html", "csv", "json"];
// Quarters before today that are offered even when nobody has frozen them.
const QUARTERS = 4;

export function drawReports(host, { province, on, periods, size, chosen, onChoose }) {
  const frozen = new Set(periods.map((each) => each.period));
  const names = [...new Set([...recent(on), ...[...frozen].filter((name) => /^\d{4}(-Q[1-4])?$/.test(name))])].sort().reverse();
  const address = (path, values) => `${path}?${new URLSearchParams(Object.entries(values).filter(([, value]) => value))}`;
  const link = (path, values, words, download = true) => el("li", {}, el("a", { class: "plain", href: address(path, values), download }, words));
  host.replaceChildren(
    el("label", { class: "label", for: "period" }, t("reportsFor")),
    el("select", { id: "period", onchange: (event) => onChoose(event.target.value) },
      el("option", { value: "" }, t("reportNow")),
      names.map((name) => el("option", { value: name, selected: name === chosen }, spoken(name) + (frozen.has(name) ? ` (${t("frozen")})` : "")))),
    el("ul", { class: "files" }, FORMATS.map((format) => link("/v1/coverage/report", { province, period: chosen, format }, format.toUpperCase()))),
    el("p", { class: "hint" }, t("reportHint")),
    el("h3", {}, t("others")),
    el("ul", { class: "files" },
      periods.length ? link("/v1/coverage/series", { province }, t("seriesFile"), "chuoi_ky.json") : null,
      link("/v1/targets", { province }, t("targetsFile"), "chi_tieu.json"),
      link("/v1/indicators", { province }, t("indicatorsFile"), "ha_tang.json"),
      province ? link("/v1/coverage", { province, by: "h3", resolution: size }, t("cellsFile"), `o_h3_${province}.geojson`) : null));
}

const spoken = (name) => (name.includes("-Q") ? t("quarter", { q: name.at(-1), y: name.slice(0, 4) }) : t("year", { y: name }));

function recent(on) {
  let [year, quarter] = [Number(on.slice(0, 4)), Math.ceil(Number(on.slice(5, 7)) / 3)];
  const names = [String(year), String(year - 1)];
  for (let left = QUARTERS; left > 0; left--) {
    names.push(`${year}-Q${quarter}`);
    [year, quarter] = quarter === 1 ? [year - 1, 4] : [year, quarter - 1];
  }
  return names;
}
