// Tables in files: CSV read whatever its separator, CSV written so that no spreadsheet runs a cell, and which columns hold an address.

import { readWorkbook } from "./workbook.js";

const SEPARATORS = [",", ";", "\t"];
const DANGEROUS = /^[=+\-@\t\r]/;
// Folded names of columns that hold a whole address, the surest first.
const WHOLE = [/^(dia ?chi|address|addr|full ?address|dia ?chi ?day ?du)$/, /dia ?chi/, /address/];
const PARTS = [/^(so ?nha|house)/, /^(ten ?)?(duong|pho|street)/, /^(thon|xom|to|ap|ban|hamlet)/, /^(phuong|xa|commune|ward)/, /^(quan|huyen|district)/, /^(tinh|thanh ?pho|province|city)/];

// Returns { header: […], rows: [[…], …] }; an Error where it is neither CSV nor XLSX.
export async function readTable(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const rows = bytes[0] === 0x50 && bytes[1] === 0x4b ? await readWorkbook(bytes) : readCsv(decoded(bytes));
  const filled = rows.filter((row) => row.some((cell) => cell.trim()));
  if (filled.length < 2) throw new Error("empty");
  return { header: filled[0].map((name, index) => name.trim() || `cot_${index + 1}`), rows: filled.slice(1) };
}

function decoded(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  // Anything that is not UTF-8 would be read into nonsense, row after row: rather refuse it.
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

export function readCsv(text) {
  const separator = mostIn(text.split("\n", 1)[0]);
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
  const names = header.map((name) => name.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/[_\-.]+/g, " ").trim());
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
