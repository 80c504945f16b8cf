// Cells as spreadsheets copy them: tabs between cells, line ends between rows; a cell with either of them, or with a quotation mark at its
// beginning, stands in quotation marks, which are doubled within (as RFC 4180 has it for commas).

export function readCells(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [], i = 0;
  const s = text.replace(/\r\n?/g, "\n");
  while (i <= s.length) {
    let cell = "";
    const end = s[i] === '"' ? closing(s, i) : -1;
    if (end >= 0) {
      cell = s.slice(i + 1, end).replaceAll('""', '"');
      i = end + 1;
    } else {
      const from = i;
      while (i < s.length && s[i] !== "\t" && s[i] !== "\n") i++;
      cell = s.slice(from, i);
    }
    row.push(cell);
    const sign = s[i++];
    if (sign === "\t") continue;
    rows.push(row);
    row = [];
    if (sign === undefined || i === s.length) break; // a line end at the very end begins no row
  }
  return rows;
}

// closing finds the quotation mark that ends a cell, which a tab, a line end or nothing follows; -1 when the cell only begins with a mark.
function closing(s: string, from: number): number {
  for (let i = from + 1; i < s.length; i++) {
    if (s[i] !== '"') continue;
    if (s[i + 1] === '"') { i++; continue; }
    return i + 1 === s.length || s[i + 1] === "\t" || s[i + 1] === "\n" ? i : -1;
  }
  return -1;
}

export function writeCells(rows: string[][]): string {
  return rows.map((r) => r.map((c) => /[\t\n]|^"/.test(c) ? `"${c.replaceAll('"', '""')}"` : c).join("\t")).join("\n");
}
