// Reads the coverage report of the service into the few figures that the page shows.

export const LETTERS = ["a", "b", "c"];

export function readReport(body, province) {
  const lines = body.lines.map(readLine);
  return { province, lines, on: body.on, by: body.by, total: readLine(body.total), sources: body.source_words, definitions: body.definitions,
    byCode: new Map(lines.map((line) => [line.code, line])) };
}

export function readLine(line) {
  // The ratio is rounded to four decimals, in which a handful of households of a province would be nothing.
  const share = ({ numerator, denominator }) => (denominator ? numerator / denominator : null);
  const { a, b, c } = line.ratios;
  return {
    code: line.code, name: line.name, a: share(a), b: share(b), c: share(c), parts: line.ratios, estimated: Boolean(line.baseline?.estimated), approximate: line.approximate_area,
    baseline: line.baseline?.households ?? null, households: line.households, codedHouseholds: line.households_coded,
    addresses: line.addresses, coded: line.coded, notified: line.notified, hidden: line.suppressed, unknownUnit: line.unknown_unit,
  };
}

// How many are missing to 100 %, null where nobody knows or may say.
export function gapOf(line, letter) {
  const { numerator, denominator } = line.parts[letter];
  return denominator == null || numerator == null ? null : Math.max(denominator - numerator, 0);
}
