// How files may be read: coordinate systems (EPSG; the zones of VN-2000 as registry/zones.py knows them), encodings, delimiters, profiles of checks.

const NARROW = { 5896: "102°00′", 9205: "103°00′", 9206: "104°00′", 9207: "104°30′", 9208: "104°45′", 5897: "105°00′", 9209: "105°30′", 9210: "105°45′", 9211: "106°00′",
  9212: "106°15′", 9213: "106°30′", 9214: "107°00′", 9215: "107°15′", 9216: "107°30′", 5899: "107°45′", 5898: "108°00′", 9217: "108°15′", 9218: "108°30′" };
const byMeridian = ([, one], [, other]) => one.localeCompare(other);

// Each a code, the kind that names it, and its central meridian.
export const CRS = [
  ["EPSG:4326", "wgs", ""], ["EPSG:4756", "vn", ""],
  ...Object.entries(NARROW).sort(byMeridian).map(([code, meridian]) => [`EPSG:${code}`, "narrow", meridian]),
  ["EPSG:3405", "wide", "105°"], ["EPSG:3406", "wide", "111°"], ["EPSG:32648", "utm", "105°"], ["EPSG:32649", "utm", "111°"],
];
export const ENCODINGS = ["utf-8", "utf-16", "windows-1258", "tcvn3", "vni"];
export const DELIMITERS = [",", ";", "tab", "|"];
export const PROFILES = ["strict", "default", "pre_reform"];
