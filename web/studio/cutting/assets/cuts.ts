// The cuts that are being made, what is selected of them, and all that can be done to them. Who shows them listens: "rows" tells that
// they changed, "select" that something else is selected, "say" that somebody should be told.

import { t } from "../../desk/assets/words";
import { nameOf, textsOf, type Row, type Span, type Speaker, type Texts } from "./recording";

export type Edge = "in" | "out";

const copy = (rows: readonly Row[]): Row[] => rows.map((r) => ({ ...r, span: { ...r.span } }));

export class Cuts extends EventTarget {
  #rows: Row[] = [];
  #overlaps = new Set<string>();
  #selected = "";
  #edge: Edge = "in";
  #begun: number | undefined;
  // changed is told each change in a few words, once it is done.
  changed: (what: string) => void = () => {};
  readOnly = false;

  constructor(readonly frames: number) { super(); }

  get rows(): readonly Row[] { return this.#rows; }
  get selected(): Row | undefined { return this.find(this.#selected); }
  get edge(): Edge { return this.#edge; }
  // begun is where a new cut begins whose end is not known yet.
  get begun(): number | undefined { return this.#begun; }
  set begun(frame: number | undefined) {
    this.#begun = frame;
    this.#tell("select");
  }

  find(id: string): Row | undefined { return id ? this.#rows.find((r) => r.id === id) : undefined; }
  of(intervention: string): Row | undefined { return this.#rows.find((r) => r.intervention === intervention); }
  overlaps(id: string): boolean { return this.#overlaps.has(id); }
  number(row: Row): number { return this.#rows.indexOf(row) + 1; }

  // at is the cut over a frame, the selected one before others.
  at(frame: number): Row | undefined {
    const over = (r: Row) => r.span.in <= frame && frame < r.span.out, now = this.selected;
    return now && over(now) ? now : this.#rows.find(over);
  }

  // put shows rows that were not changed here: from the server, or from an earlier step.
  put(rows: readonly Row[]): void {
    this.#rows = copy(rows);
    this.#settle();
  }

  // state is a copy, for the server and for undo.
  state(): Row[] { return copy(this.#rows); }

  select(id: string, edge: Edge = "in"): void {
    if (this.#selected === id && this.#edge === edge && this.#begun === undefined) return;
    this.#selected = id;
    this.#edge = edge;
    this.#begun = undefined;
    this.#tell("select");
  }

  // next selects the intervention after (1) or before (-1) the selected one, else the one nearest to a frame.
  next(by: 1 | -1, frame: number): Row | undefined {
    const rows = this.#rows, now = this.selected;
    const row = now ? rows[rows.indexOf(now) + by] : by > 0 ? rows.find((r) => r.span.in > frame) : rows.findLast((r) => r.span.in < frame);
    if (row) this.select(row.id);
    return row;
  }

  // nextEdge finds the edge after or before a frame.
  nextEdge(by: 1 | -1, frame: number): { row: Row; edge: Edge; at: number } | undefined {
    let best: { row: Row; edge: Edge; at: number } | undefined;
    for (const row of this.#rows) for (const edge of ["in", "out"] as const) {
      const at = row.span[edge];
      if ((at - frame) * by > 0 && (!best || (best.at - at) * by > 0)) best = { row, edge, at };
    }
    return best;
  }

  setIn(frame: number): void {
    const row = this.selected;
    if (!row || frame >= row.span.out) {
      this.#selected = "";
      this.begun = frame;
      this.say(t("begun"));
    } else this.move(row.id, "in", frame);
  }

  setOut(frame: number): void {
    const row = this.selected;
    if (this.#begun !== undefined) {
      if (frame <= this.#begun) return this.say(t("out.before"), true);
      this.add({ in: this.#begun, out: frame });
    } else if (!row) this.say(t("out.alone"), true);
    else if (frame <= row.span.in) this.say(t("out.before"), true);
    else this.move(row.id, "out", frame);
  }

  // fits holds an edge inside the recording and the cut longer than nothing.
  fits(row: Row, edge: Edge, frame: number): number {
    return edge === "in" ? Math.min(Math.max(0, frame), row.span.out - 1) : Math.max(Math.min(this.frames, frame), row.span.in + 1);
  }

  move(id: string, edge: Edge, frame: number): void {
    const row = this.find(id);
    if (!row) return;
    const to = this.fits(row, edge, frame);
    this.#edge = edge;
    if (to === row.span[edge]) return this.#tell("select");
    this.#change(t(edge === "in" ? "did.in" : "did.out", { who: this.name(row) }), () => { row.span[edge] = to; });
  }

  setSpan(id: string, span: Span): void {
    const row = this.find(id);
    if (row) this.#change(t("did.times", { who: this.name(row) }), () => { row.span = { ...span }; });
  }

  add(span: Span, texts: Texts = {}, intervention = ""): Row | undefined {
    const row = fresh(span, texts, intervention);
    if (!this.#change(t("did.add"), () => {
      if (intervention) this.#free(intervention);
      this.#rows.push(row);
      this.#selected = row.id;
      this.#edge = "in";
      this.#begun = undefined;
    })) return undefined;
    return row;
  }

  // addAll adds many as one change, or puts them in the place of all others.
  addAll(all: { span: Span; texts: Texts; intervention: string }[], what: string, instead = false): void {
    this.#change(what, () => {
      if (instead) this.#rows = [];
      for (const x of all) {
        if (x.intervention) this.#free(x.intervention);
        this.#rows.push(fresh(x.span, x.texts, x.intervention));
      }
    });
  }

  // replace puts other rows in the place of all: those of an earlier number.
  replace(rows: readonly Row[], what: string): void { this.#change(what, () => { this.#rows = copy(rows); }); }

  split(frame: number): void {
    const row = this.at(frame);
    if (!row || frame <= row.span.in) return this.say(t("split.nowhere"), true);
    const rest: Row = { ...fresh({ in: frame, out: row.span.out }, {}, ""), ...(row.agenda_item ? { agenda_item: row.agenda_item } : {}) };
    this.#change(t("did.split", { who: this.name(row) }), () => {
      row.span.out = frame;
      this.#rows.push(rest);
      this.#selected = rest.id;
      this.#edge = "in";
    });
  }

  remove(id = this.#selected): void {
    const row = this.find(id);
    if (!row) return this.say(t("remove.nothing"), true);
    const next = this.#rows[this.#rows.indexOf(row) + 1] ?? this.#rows[this.#rows.indexOf(row) - 1];
    const name = this.name(row);
    if (this.#change(t("did.remove", { who: name }), () => {
      this.#rows = this.#rows.filter((r) => r !== row);
      this.#selected = next?.id ?? "";
    })) this.say(t("removed", { who: name }));
  }

  // assign says whose intervention a cut is; who had it before keeps none.
  assign(id: string, to: Speaker): void {
    const row = this.find(id);
    if (!row) return;
    this.#change(t("did.assign", { who: to.speaker || to.title }), () => {
      this.#free(to.id);
      Object.assign(row, textsOf(to), { intervention: to.id });
    });
  }

  unassign(id: string): void {
    const row = this.find(id);
    if (row?.intervention) this.#change(t("did.unassign", { who: this.name(row) }), () => { delete row.intervention; });
  }

  write(id: string, texts: Texts): void {
    const row = this.find(id);
    if (row) this.#change(t("did.texts", { who: this.name(row) }), () => { Object.assign(row, texts); });
  }

  name(row: Row): string { return nameOf(row) || t("cut.number", { n: this.number(row) || this.#rows.length + 1 }); }

  say(words: string, trouble = false): void { this.dispatchEvent(new CustomEvent("say", { detail: { words, trouble } })); }

  #free(intervention: string): void {
    for (const r of this.#rows) if (r.intervention === intervention) delete r.intervention;
  }

  #change(what: string, how: () => void): boolean {
    if (this.readOnly) {
      this.say(t("locked.no"), true);
      return false;
    }
    how();
    this.#settle();
    this.changed(what);
    return true;
  }

  // settle brings rows in order, and finds those that share frames.
  #settle(): void {
    this.#rows.sort((a, b) => a.span.in - b.span.in || a.span.out - b.span.out || (a.id < b.id ? -1 : 1));
    this.#overlaps.clear();
    let last: Row | undefined; // the one that reaches furthest so far
    for (const r of this.#rows) {
      if (last && r.span.in < last.span.out) this.#overlaps.add(r.id).add(last.id);
      if (!last || r.span.out > last.span.out) last = r;
    }
    if (!this.find(this.#selected)) this.#selected = "";
    this.#tell("rows");
    this.#tell("select");
  }

  #tell(what: string): void { this.dispatchEvent(new Event(what)); }
}

function fresh(span: Span, texts: Texts, intervention: string): Row {
  const kept = Object.fromEntries(Object.entries(textsOf(texts)).filter(([, v]) => v));
  return { id: newID(), span: { ...span }, ...kept, ...(intervention ? { intervention } : {}) };
}

// newID also works where the studio is opened without TLS, where randomUUID is missing.
export function newID(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
}
