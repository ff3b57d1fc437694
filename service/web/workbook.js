// Reads the first sheet of an XLSX file inside the page: a ZIP of XML, for which the browser has all that it takes.

const LARGEST = 60_000_000;
const END = 0x06054b50;
const ENTRY = 0x02014b50;

// Returns rows of texts.
export async function readWorkbook(bytes) {
  const parts = entries(bytes);
  const xml = async (name) => (parts.has(name) ? new DOMParser().parseFromString(await unpacked(bytes, parts.get(name)), "application/xml") : null);
  const shared = [...((await xml("xl/sharedStrings.xml"))?.getElementsByTagName("si") ?? [])].map(textOf);
  const sheet = await xml(await firstSheet(xml, parts));
  if (!sheet) throw new Error("no sheet");
  return [...sheet.getElementsByTagName("row")].map((row) => {
    const cells = [];
    for (const cell of row.getElementsByTagName("c")) cells[columnOf(cell.getAttribute("r")) ?? cells.length] = valueOf(cell, shared);
    return Array.from(cells, (value) => value ?? "");
  });
}

async function firstSheet(xml, parts) {
  const book = await xml("xl/workbook.xml");
  const links = await xml("xl/_rels/workbook.xml.rels");
  const id = book?.getElementsByTagName("sheet")[0]?.getAttribute("r:id");
  const target = [...(links?.getElementsByTagName("Relationship") ?? [])].find((each) => each.getAttribute("Id") === id)?.getAttribute("Target");
  const path = target?.startsWith("/") ? target.slice(1) : `xl/${target}`;
  return parts.has(path) ? path : "xl/worksheets/sheet1.xml";
}

// Phonetic readings (rPh) stand beside the text and are no part of it.
const textOf = (node) => [...node.getElementsByTagName("t")].filter((each) => each.parentNode.nodeName !== "rPh").map((each) => each.textContent).join("");

function valueOf(cell, shared) {
  if (cell.getAttribute("t") === "inlineStr") return textOf(cell);
  const value = cell.getElementsByTagName("v")[0]?.textContent ?? "";
  return cell.getAttribute("t") === "s" ? shared[Number(value)] ?? "" : value;
}

// AB12 is column 27.
function columnOf(reference) {
  const letters = reference?.match(/^[A-Z]+/)?.[0];
  return letters ? [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1 : null;
}

// Where each file of the ZIP lies, from the directory at its end.
function entries(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Error("no directory");
  const found = new Map();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0 && view.getUint32(at, true) === ENTRY; left--) {
    const [name, more, note] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const local = view.getUint32(at + 42, true);
    found.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)), {
      method: view.getUint16(at + 10, true), size: view.getUint32(at + 20, true), full: view.getUint32(at + 24, true),
      start: local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true),
    });
    at += 46 + name + more + note;
  }
  return found;
}

async function unpacked(bytes, { method, size, full, start }) {
  if (full > LARGEST) throw new Error("too large");
  const packed = bytes.subarray(start, start + size);
  if (method === 0) return new TextDecoder().decode(packed);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).text();
}
