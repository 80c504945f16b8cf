// The rows of the list while they are being changed. A cell is text, as it is typed; a row that changes is a new object, so that it can be
// seen what has. The difference of two states saves, undoes, and brings back what an earlier window could not send.

export interface Row { readonly id: string; readonly cells: Readonly<Record<string, string>>; readonly state: string }

export interface Change {
  add: Row[];
  remove: string[];
  cells: Record<string, Record<string, string>>; // by row and column
  order: string[] | null; // of all rows, when it is another one
}

export function newID(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(13)), (n) => "abcdefghijklmnopqrstuvwxyz234567"[n % 32]).join("");
}

export function write(row: Row, cells: Record<string, string>): Row {
  return { ...row, cells: { ...row.cells, ...cells } };
}

export function diff(a: readonly Row[], b: readonly Row[]): Change {
  const before = new Map(a.map((r) => [r.id, r])), after = new Set(b.map((r) => r.id));
  const c: Change = { add: [], remove: a.filter((r) => !after.has(r.id)).map((r) => r.id), cells: {}, order: null };
  for (const r of b) {
    const was = before.get(r.id);
    if (!was) c.add.push(r);
    else if (was !== r) {
      const cells: Record<string, string> = {};
      for (const k of new Set([...Object.keys(r.cells), ...Object.keys(was.cells)])) if ((r.cells[k] ?? "") !== (was.cells[k] ?? "")) cells[k] = r.cells[k] ?? "";
      if (Object.keys(cells).length) c.cells[r.id] = cells;
    }
  }
  const plain = [...a.filter((r) => after.has(r.id)), ...c.add].map((r) => r.id);
  if (plain.some((id, i) => id !== b[i]!.id)) c.order = b.map((r) => r.id);
  return c;
}

export function empty(c: Change): boolean {
  return !c.add.length && !c.remove.length && !Object.keys(c.cells).length && !c.order;
}

export function patch(rows: readonly Row[], c: Change): Row[] {
  const gone = new Set(c.remove), has = new Set(rows.map((r) => r.id));
  const next = rows.filter((r) => !gone.has(r.id)).map((r) => c.cells[r.id] ? write(r, c.cells[r.id]!) : r);
  next.push(...c.add.filter((r) => !has.has(r.id)));
  if (!c.order) return next;
  // Rows that the order does not name stay behind the one that they stood behind.
  const by = new Map(next.map((r) => [r.id, r])), named = new Set(c.order);
  const sorted = c.order.flatMap((id) => by.get(id) ?? []);
  next.forEach((r, i) => {
    if (!named.has(r.id)) sorted.splice(i ? sorted.indexOf(next[i - 1]!) + 1 : 0, 0, r);
  });
  return sorted;
}
