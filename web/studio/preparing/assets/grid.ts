// The list as a grid, by the keys that spreadsheets have (and the grid pattern of the ARIA Authoring Practices). It is a table of our own: what
// libraries offer writes styles into the HTML, which the page's policy forbids, or leaves out names for screen readers and right-to-left.
// Every row is in the page; one that has not changed is not touched.

import { make } from "../../desk/assets/dom";
import { t } from "../../desk/assets/words";
import { troubles, type Column } from "./columns";
import type { Row } from "./rows";

export interface Place { row: number; column: number }

interface Line { tr: HTMLTableRowElement; cells: HTMLTableCellElement[]; row: Row | undefined; index: number }

export class Grid {
  columns: Column[];
  rows: readonly Row[] = [];
  at: Place = { row: 0, column: 0 };
  from: Place = { row: 0, column: 0 }; // the other corner of what is selected
  readonly table: HTMLTableElement;
  readonly #head: HTMLTableSectionElement;
  readonly #body: HTMLTableSectionElement;
  #lines = new Map<string, Line>();
  #order: Line[] = [];
  readonly #spare: Line; // the row below the last, in which a new one begins
  #selected: Element[] = [];
  #edges: HTMLTableCellElement[] = [];
  readonly handle = make("div", { class: "fill-handle", "aria-hidden": "true" });
  moved: () => void = () => {};

  constructor(readonly box: HTMLElement, columns: Column[], readonly may: boolean, label: string) {
    this.columns = columns;
    this.#head = make("thead");
    this.#body = make("tbody");
    this.table = make("table", { role: "grid", class: "sheet-grid", "aria-label": label, "aria-multiselectable": "true", "aria-readonly": String(!may) }, this.#head, this.#body);
    this.#spare = this.#line();
    this.#spare.tr.classList.add("spare");
    this.box.replaceChildren(this.table);
    this.setColumns(columns);
  }

  // last is the index of the last row that can be stood on; the spare one is it for those who may change the list.
  get last(): number { return this.rows.length - (this.may ? 0 : 1); }

  setColumns(columns: Column[]): void {
    const before = this.columns[this.at.column]?.key;
    this.columns = columns;
    const cols = make("colgroup"), width = (w: number) => { const c = make("col"); c.style.width = `${w}px`; return c; };
    cols.append(width(58), ...columns.map((c) => width(c.width)));
    this.table.querySelector("colgroup")?.remove();
    this.table.prepend(cols);
    this.table.style.inlineSize = `${58 + columns.reduce((n, c) => n + c.width, 0)}px`;
    this.table.setAttribute("aria-colcount", String(columns.length + 1));
    this.#head.replaceChildren(make("tr", { role: "row", "aria-rowindex": "1" }, make("th", { role: "columnheader", scope: "col", "aria-colindex": "1" }, make("span", { class: "hidden" }, t("column.row"))),
      ...columns.map((c, i) => make("th", { role: "columnheader", scope: "col", "aria-colindex": String(i + 2), ...(c.key === "speaker" ? { class: "who" } : {}) }, make("span", { dir: "auto" }, c.label)))));
    for (const l of [...this.#lines.values(), this.#spare]) { l.cells = []; l.row = undefined; l.index = -1; l.tr.replaceChildren(); }
    const kept = columns.findIndex((c) => c.key === before);
    this.at = this.from = { row: this.at.row, column: Math.max(0, kept) };
    this.show(this.rows);
  }

  show(rows: readonly Row[]): void {
    this.rows = rows;
    const ids = new Set(rows.map((r) => r.id)), focused = this.box.contains(document.activeElement);
    for (const [id, l] of this.#lines) if (!ids.has(id)) { l.tr.remove(); this.#lines.delete(id); }
    this.#order = rows.map((row, i) => {
      let l = this.#lines.get(row.id);
      if (!l) this.#lines.set(row.id, l = this.#line());
      this.#draw(l, row, i);
      const here = this.#body.children[i];
      if (here !== l.tr) this.#body.insertBefore(l.tr, here ?? null);
      return l;
    });
    if (this.may) {
      this.#draw(this.#spare, { id: "", cells: {}, state: "" }, rows.length);
      this.#order.push(this.#spare);
      if (this.#body.lastElementChild !== this.#spare.tr) this.#body.append(this.#spare.tr);
    }
    this.table.setAttribute("aria-rowcount", String(this.#order.length + 1));
    this.select(this.#within(this.at), this.#within(this.from), false);
    if (focused && !this.box.contains(document.activeElement)) this.cell(this.at)?.focus({ preventScroll: true });
  }

  #within(p: Place): Place {
    return { row: Math.max(0, Math.min(p.row, this.last)), column: Math.max(0, Math.min(p.column, this.columns.length - 1)) };
  }

  #line(): Line {
    return { tr: make("tr", { role: "row" }), cells: [], row: undefined, index: -1 };
  }

  #draw(l: Line, row: Row, index: number): void {
    const fresh = !l.cells.length;
    if (fresh) {
      l.cells = this.columns.map((c, i) => {
        const td = make("td", { role: "gridcell", "aria-colindex": String(i + 2), tabindex: "-1" }, make("span", { dir: "auto" }));
        if (c.fixed || !this.may) td.setAttribute("aria-readonly", "true");
        if (c.fixed) td.classList.add("fixed");
        if (c.tick) td.classList.add("tick");
        if (c.key === "speaker") td.classList.add("who");
        return td;
      });
      l.tr.replaceChildren(make("th", { role: "rowheader", scope: "row", "aria-colindex": "1" }), ...l.cells);
    }
    if (fresh || l.index !== index) {
      l.index = index;
      l.tr.setAttribute("aria-rowindex", String(index + 2));
      const head = l.tr.firstElementChild!;
      head.textContent = row.id ? String(index + 1) : "+";
      if (!row.id) head.setAttribute("aria-label", t("grid.new"));
    }
    if (l.row === row && !fresh) return;
    l.row = row;
    if (!row.id) {
      l.cells.forEach((td, i) => { if (!td.querySelector("input, textarea")) { td.firstElementChild!.textContent = this.columns[i]!.key === "speaker" ? t("grid.new") : ""; } });
      return;
    }
    l.tr.firstElementChild!.className = `state-${row.state}`;
    const bad = troubles(row, this.columns);
    l.cells.forEach((td, i) => {
      const c = this.columns[i]!, words = row.cells[c.key] ?? "", trouble = bad.get(c.key), span = td.firstElementChild!;
      if (span.textContent !== words) span.textContent = words;
      td.classList.toggle("doubt", trouble !== undefined && !trouble.wrong);
      if (trouble?.wrong) td.setAttribute("aria-invalid", "true"); else td.removeAttribute("aria-invalid");
      if (trouble) td.title = trouble.text; else if (td.title) td.removeAttribute("title");
      if (c.key === "state") span.className = `state ${tones[row.state] ?? ""}`;
    });
  }

  cell(p: Place): HTMLTableCellElement | undefined { return this.#order[p.row]?.cells[p.column]; }

  // place finds the cell that an element belongs to.
  place(e: EventTarget | null): Place | undefined {
    const td = e instanceof Element ? e.closest<HTMLElement>("td[role=gridcell]") : null, tr = td?.parentElement;
    if (!td || !tr) return undefined;
    return { row: Number(tr.getAttribute("aria-rowindex")) - 2, column: Number(td.getAttribute("aria-colindex")) - 2 };
  }

  get area(): { top: number; bottom: number; start: number; end: number } {
    return { top: Math.min(this.at.row, this.from.row), bottom: Math.max(this.at.row, this.from.row), start: Math.min(this.at.column, this.from.column), end: Math.max(this.at.column, this.from.column) };
  }

  // select makes at the cell that has the focus, and all between it and from selected.
  select(at: Place, from: Place = at, focus = true): void {
    this.at = this.#within(at);
    this.from = this.#within(from);
    for (const e of this.#selected) { e.removeAttribute("aria-selected"); if (e !== this.cell(this.at)) e.setAttribute("tabindex", "-1"); }
    for (const e of this.#edges) e.classList.remove("top", "bottom", "start", "end");
    this.#selected = [];
    this.#edges = [];
    const a = this.area;
    for (let r = a.top; r <= a.bottom; r++) {
      for (let c = a.start; c <= a.end; c++) {
        const td = this.cell({ row: r, column: c });
        if (!td) continue;
        td.setAttribute("aria-selected", "true");
        this.#selected.push(td);
        if (r === a.top || r === a.bottom || c === a.start || c === a.end) {
          td.classList.toggle("top", r === a.top);
          td.classList.toggle("bottom", r === a.bottom);
          td.classList.toggle("start", c === a.start);
          td.classList.toggle("end", c === a.end);
          this.#edges.push(td);
        }
      }
    }
    const td = this.cell(this.at);
    if (td) {
      td.setAttribute("tabindex", "0");
      if (focus) {
        td.focus({ preventScroll: true });
        this.#reveal(td);
      }
    }
    if (this.may && a.bottom < this.rows.length && a.top < this.rows.length) this.cell({ row: a.bottom, column: a.end })?.append(this.handle);
    else this.handle.remove();
    this.moved();
  }

  // reveal scrolls a cell into sight, clear of the headings above and of the numbers and names beside it, which stay in sight.
  #reveal(td: HTMLElement): void {
    const box = this.box.getBoundingClientRect(), r = td.getBoundingClientRect(), head = this.#head.getBoundingClientRect().height, numbers = td.classList.contains("who") ? 58 : 58 + (this.#head.querySelector(".who")?.getBoundingClientRect().width ?? 0), rtl = getComputedStyle(this.box).direction === "rtl";
    const left = box.left + (rtl ? 0 : numbers), right = box.left + this.box.clientWidth - (rtl ? numbers : 0);
    if (r.top < box.top + head) this.box.scrollTop -= box.top + head - r.top;
    else if (r.bottom > box.top + this.box.clientHeight) this.box.scrollTop += r.bottom - box.top - this.box.clientHeight;
    if (r.left < left || r.width > right - left) this.box.scrollLeft -= left - r.left;
    else if (r.right > right) this.box.scrollLeft += r.right - right;
  }

  // page is how many rows are in sight.
  get page(): number { return Math.max(1, Math.floor(this.box.clientHeight / 34) - 2); }
}

const tones: Record<string, string> = { planned: "", cut: "work", rendering: "work", ready: "good", published: "good", withdrawn: "warn", failed: "bad" };
