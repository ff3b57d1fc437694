// Tables in files: CSV read whatever its separator, CSV written so that no spreadsheet runs a cell, and which columns hold an address.

import { readWorkbook } from "./workbook.js";

const SEPARATORS = [",", ";", "\t"];
// As registry/escaped.py decides; tests/vectors/escaped_cells.csv holds both to it.
const DANGEROUS = /^(?:[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])/;
// Folded names of columns that hold a whole address, the surest first.
const WHOLE = [/^(dia ?chi|address|addr|full ?address|dia ?chi ?day ?du)$/, /dia ?chi/, /address/];
const PARTS = [/^(so ?nha|house)/, /^(ten ?)?(duong|pho|street)/, /^(thon|xom|to|ap|ban|hamlet)/, /^(phuong|xa|commune|ward)/, /^(quan|huyen|district)/, /^(tinh|thanh ?pho|province|city)/];

// Titles of a sheet stand above its header, seldom higher than this.
const TITLES = 20;

// Returns { header: […], rows: [[…], …], first }; `first` says that the header is the first row and names every column. An Error where it is neither CSV nor XLSX.
export async function readTable(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const rows = bytes[0] === 0x50 && bytes[1] === 0x4b ? await readWorkbook(bytes) : readCsv(decoded(bytes));
  const filled = rows.filter((row) => row.some((cell) => cell.trim()));
  if (filled.length < 2) throw new Error("empty");
  const at = headerAt(filled);
  const width = filled.slice(at).reduce((most, row) => Math.max(most, row.length), 0);
  const header = Array.from({ length: width }, (_, index) => filled[at][index]?.trim() || `cot_${index + 1}`);
  return { header, rows: filled.slice(at + 1), first: at === 0 && filled[0].every((name) => name.trim()) && filled[0].length === width };
}

// Titles are narrower than the table: the header is the first broad row, or the first one wider than all above it that names a part of an address.
function headerAt(rows) {
  const widths = rows.slice(0, TITLES).map((row) => row.filter((cell) => cell.trim()).length);
  const broad = widths.map((width, at) => ({ width, at })).filter(({ width }) => width > Math.max(...widths) / 2);
  const known = broad.find(({ width, at }) => width > 1 && widths.slice(0, at).every((each) => each < width) && rows[at].some(namesAddress));
  return (known ?? broad[0]).at;
}

const folded = (name) => name.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/[_\-.]+/g, " ").trim();
const namesAddress = (cell) => [...WHOLE, ...PARTS].some((rule) => rule.test(folded(cell)));

function decoded(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  // Anything that is not UTF-8 would be read into nonsense, row after row: rather refuse it.
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

export function readCsv(text) {
  const top = text.split("\n", TITLES);
  const separator = mostIn(top.find((line) => SEPARATORS.some((each) => line.includes(each))) ?? "");
  const rows = [[]];
  let cell = "", quoted = false;
  const body = text.replace(/^\ufeff/, "");
  for (let at = 0; at < body.length; at++) {
    const each = body[at];
    if (quoted) {
      if (each !== '"') cell += each;
      else if (body[at + 1] === '"') { cell += '"'; at++; } else quoted = false;
    } else if (each === '"' && cell === "") quoted = true;
    else if (each === separator) { rows.at(-1).push(cell); cell = ""; }
    else if (each === "\n" || each === "\r") { if (each === "\r" && body[at + 1] === "\n") at++; rows.at(-1).push(cell); cell = ""; rows.push([]); }
    else cell += each;
  }
  rows.at(-1).push(cell);
  return rows;
}

const mostIn = (line) => SEPARATORS.reduce((best, each) => (line.split(each).length > line.split(best).length ? each : best));

export function writeCsv(rows) {
  return `\ufeff${rows.map((row) => row.map(cellOf).join(",")).join("\r\n")}\r\n`;
}

function cellOf(value) {
  const text = value == null ? "" : String(value);
  const safe = typeof value === "string" && DANGEROUS.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// Returns the numbers of the columns that make up an address.
export function addressColumns({ header, rows }) {
  const names = header.map(folded);
  for (const rule of WHOLE) {
    const index = names.findIndex((name) => rule.test(name));
    if (index >= 0) return [index];
  }
  const parts = PARTS.map((rule) => names.findIndex((name) => rule.test(name))).filter((index) => index >= 0);
  if (parts.length > 1) return parts;
  const lengths = header.map((_, index) => rows.slice(0, 50).reduce((sum, row) => sum + (row[index] ?? "").length, 0));
  return [lengths.indexOf(Math.max(...lengths))];
}

export function save(name, text, type = "text/csv") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
