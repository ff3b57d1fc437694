// Corrections of cells that were typed and not yet sent: kept in this tab, so that a reload or a failed request loses none.

export function openEdits(upload) {
  const kept = `diachiso.edits.${upload}`;
  let rows = read();

  function read() {
    try { return JSON.parse(sessionStorage.getItem(kept) ?? "{}"); } catch { return {}; }
  }

  function save() {
    try { Object.keys(rows).length ? sessionStorage.setItem(kept, JSON.stringify(rows)) : sessionStorage.removeItem(kept); } catch { /* Then they live as long as the page. */ }
  }

  return {
    of: (row, column) => rows[row]?.[column],
    // A cell that is as it came again is no correction.
    set(row, column, value, original) {
      const cells = { ...rows[row] };
      if (value === original) delete cells[column]; else cells[column] = value;
      if (Object.keys(cells).length) rows[row] = cells; else delete rows[row];
      save();
    },
    count: () => Object.keys(rows).length,
    list: () => Object.entries(rows).map(([row, cells]) => ({ row: Number(row), cells })),
    clear() { rows = {}; save(); },
  };
}
