// What is done with the grid: keys, mouse, copying and pasting, and the buttons above it.

import { ask } from "../../desk/assets/ask";
import { data, make, one } from "../../desk/assets/dom";
import { named } from "../../desk/assets/keys";
import { toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import { columnsOf, troubles, type Column, type Setting } from "./columns";
import { chosenColumns, chooseColumns } from "./choice";
import { Grid, type Place } from "./grid";
import { List } from "./list";
import { newID, write, type Row } from "./rows";
import { readCells, writeCells } from "./tsv";
import { Typing, type Onward } from "./typing";

export class Sheet {
  readonly #s = data<Setting>("grid-data");
  readonly #all = columnsOf(this.#s);
  readonly #list: List;
  readonly #grid: Grid;
  readonly #typing: Typing;
  #leave = false; // Escape lets the next Tab leave the grid
  #dragged: "select" | "fill" | "" = "";
  #fillTo = -1;

  constructor() {
    const saved = one("#saved");
    this.#grid = new Grid(one("#grid-box"), chosenColumns(this.#all), this.#s.may, t("grid.label"));
    this.#list = new List(this.#s.slug, this.#all, this.#s.rows, () => this.#show(), (state, words) => {
      saved.dataset["state"] = state;
      saved.textContent = words;
    });
    this.#typing = new Typing(this.#grid, (at, words, onward) => this.#typed(at, words, onward));
    this.#grid.moved = () => this.#tell();
    this.#show();
    const table = this.#grid.table;
    table.addEventListener("keydown", (e) => this.#key(e));
    table.addEventListener("focusin", (e) => {
      const at = this.#grid.place(e.target);
      if (at && !this.#typing.on && (at.row !== this.#grid.at.row || at.column !== this.#grid.at.column)) this.#grid.select(at);
    });
    table.addEventListener("dblclick", (e) => { const at = this.#grid.place(e.target); if (at) this.#begin(at); });
    table.addEventListener("pointerdown", (e) => this.#down(e));
    table.addEventListener("pointerover", (e) => this.#over(e));
    addEventListener("pointerup", () => this.#up());
    for (const what of ["copy", "cut", "paste"] as const) document.addEventListener(what, (e) => this.#clip(what, e as ClipboardEvent));
    this.#button("#add-row", () => this.#add(1));
    this.#button("#remove-rows", () => void this.#remove());
    this.#button("#move-up", () => this.#move(-1));
    this.#button("#move-down", () => this.#move(1));
    this.#button("#fill-down", () => this.#fill());
    this.#button("#undo", () => this.#list.undo());
    this.#button("#redo", () => this.#list.redo());
    chooseColumns(this.#all, this.#s, (columns) => this.#grid.setColumns(columns));
    this.#keys();
  }

  #button(id: string, run: () => void): void {
    document.querySelector(id)?.addEventListener("click", () => {
      this.#typing.end("stay");
      run();
    });
  }

  #show(): void {
    this.#grid.show(this.#list.rows);
    for (const [id, can] of [["#undo", this.#list.canUndo], ["#redo", this.#list.canRedo]] as const) {
      const b = document.querySelector<HTMLButtonElement>(id);
      if (b) b.disabled = !can;
    }
    one("#grid-empty").hidden = this.#list.rows.length > 0;
    const wrong = this.#list.rows.filter((r) => [...troubles(r, this.#all).values()].some((x) => x.wrong)).length;
    one("#count").textContent = [t("grid.count", { n: this.#list.rows.length }), ...(wrong ? [t("grid.wrong", { n: wrong })] : [])].join(" · ");
  }

  // tell shows the cell in whole, and what is wrong with it.
  #tell(): void {
    const g = this.#grid, row = g.rows[g.at.row], c = g.columns[g.at.column], a = g.area;
    if (!c) return;
    const many = (a.bottom - a.top + 1) * (a.end - a.start + 1);
    one("#where").textContent = many > 1 ? t("grid.selected", { rows: a.bottom - a.top + 1, columns: a.end - a.start + 1 }) : `${row ? g.at.row + 1 : "+"} · ${c.label}`;
    one("#full").textContent = row?.cells[c.key] ?? "";
    const trouble = one("#trouble"), words = row ? troubles(row, this.#all).get(c.key)?.text ?? "" : "";
    if (trouble.textContent !== words) trouble.textContent = words;
  }

  // --- typing

  #begin(at: Place, words?: string): void {
    const row = this.#grid.rows[at.row], c = this.#grid.columns[at.column];
    if (!c || c.fixed || !this.#s.may) return;
    this.#typing.begin(at, row?.cells[c.key] ?? "", words);
  }

  #typed(at: Place, words: string, onward: Onward): void {
    const g = this.#grid, c = g.columns[at.column]!, row = g.rows[at.row];
    if (c.long ? words !== (row?.cells[c.key] ?? "") : words.trim() !== (row?.cells[c.key] ?? "")) this.#put([{ at, words }]);
    const next: Place = { down: { ...at, row: at.row + 1 }, up: { ...at, row: at.row - 1 }, next: this.#step(at, 1), back: this.#step(at, -1), stay: at, away: at }[onward];
    g.select(next, next, onward !== "away");
  }

  // step goes along the row, and on to the next one at its end.
  #step(p: Place, by: 1 | -1): Place {
    const n = this.#grid.columns.length, i = p.row * n + p.column + by;
    return i < 0 ? p : { row: Math.floor(i / n), column: i % n };
  }

  // put writes cells in one step; a row that is not there yet begins.
  #put(cells: { at: Place; words: string }[]): void {
    const next = [...this.#list.rows], byRow = new Map<number, Record<string, string>>();
    for (const { at, words } of cells) {
      const c = this.#grid.columns[at.column];
      if (!c || c.fixed) continue;
      const here = byRow.get(at.row) ?? byRow.set(at.row, {}).get(at.row)!;
      const said = c.long ? words.replace(/\s+$/, "") : words.split(/\s+/).filter(Boolean).join(" ");
      here[c.key] = tidy(c, said);
    }
    for (const [i, said] of [...byRow].sort((a, b) => a[0] - b[0])) {
      const row = next[i];
      if (row) next[i] = write(row, { ...said, ...this.#known(row, said) });
      else if (Object.values(said).some(Boolean)) next.push(this.#fresh({ ...said, ...this.#known(undefined, said) }));
    }
    this.#list.put(next);
  }

  #fresh(cells: Record<string, string> = {}): Row {
    return { id: newID(), state: "planned", cells: { state: t("state.planned"), ...cells } };
  }

  // known fills in what is known of somebody, where nothing stands yet.
  #known(row: Row | undefined, said: Record<string, string>): Record<string, string> {
    const p = said["speaker"] && this.#s.persons.find((x) => x.name.toLocaleLowerCase() === said["speaker"]!.toLocaleLowerCase());
    if (!p) return {};
    const free = (key: string, words: string) => words && !said[key] && !row?.cells[key] ? { [key]: words } : {};
    return { ...free("function", p.function), ...free("organisation", p.organisation) };
  }

  // --- rows

  #chosen(): Row[] { const a = this.#grid.area; return this.#list.rows.slice(a.top, a.bottom + 1); }

  #add(n: number): void {
    const rows = [...this.#list.rows], at = Math.min(this.#grid.area.bottom + 1, rows.length);
    rows.splice(at, 0, ...Array.from({ length: n }, () => this.#fresh()));
    this.#list.put(rows);
    const speaker = this.#grid.columns.findIndex((c) => c.key === "speaker");
    this.#grid.select({ row: at, column: Math.max(0, speaker) });
  }

  async #remove(): Promise<void> {
    const chosen = this.#chosen(), cut = chosen.filter((r) => r.state !== "planned"), go = new Set(chosen.filter((r) => r.state === "planned").map((r) => r.id));
    if (cut.length) toast(t("remove.cut", { n: cut.length }), { error: !go.size });
    if (!go.size) return;
    if (go.size > 20 && !await ask(t("remove.many", { n: go.size }), t("remove.yes"), { danger: true, detail: t("remove.undo") })) return;
    const { top } = this.#grid.area, { column } = this.#grid.at;
    this.#list.put(this.#list.rows.filter((r) => !go.has(r.id)));
    this.#grid.select({ row: top, column });
    toast(t("removed", { n: go.size }), { action: { label: t("undo"), run: () => this.#list.undo() } });
  }

  #move(by: 1 | -1): void {
    const g = this.#grid, { top, bottom } = g.area, rows = [...this.#list.rows];
    if (bottom >= rows.length || top + by < 0 || bottom + by >= rows.length) return;
    rows.splice(top + by, 0, ...rows.splice(top, bottom - top + 1));
    this.#list.put(rows);
    g.select({ ...g.at, row: g.at.row + by }, { ...g.from, row: g.from.row + by });
  }

  // fill copies the first row of what is selected into the others; of one row, the row above into it.
  #fill(): void {
    const { top, bottom, start, end } = this.#grid.area, from = top === bottom ? top - 1 : top, source = this.#list.rows[from];
    if (!source) return;
    const cells = [];
    for (let r = from + 1; r <= Math.min(bottom, this.#list.rows.length - 1); r++) {
      for (let c = start; c <= end; c++) cells.push({ at: { row: r, column: c }, words: source.cells[this.#grid.columns[c]!.key] ?? "" });
    }
    this.#put(cells);
  }

  #clear(): void {
    const { top, bottom, start, end } = this.#grid.area, cells = [];
    for (let r = top; r <= Math.min(bottom, this.#list.rows.length - 1); r++) for (let c = start; c <= end; c++) cells.push({ at: { row: r, column: c }, words: "" });
    this.#put(cells);
  }

  // --- copying and pasting

  #clip(what: "copy" | "cut" | "paste", e: ClipboardEvent): void {
    if (this.#typing.on || !this.#grid.table.contains(document.activeElement) || !e.clipboardData) return;
    e.preventDefault();
    if (what === "paste") {
      if (this.#s.may) this.paste(e.clipboardData.getData("text/plain"));
      return;
    }
    const { top, bottom, start, end } = this.#grid.area, columns = this.#grid.columns.slice(start, end + 1);
    e.clipboardData.setData("text/plain", writeCells(this.#list.rows.slice(top, bottom + 1).map((r) => columns.map((c) => r.cells[c.key] ?? ""))));
    if (what === "cut" && this.#s.may) this.#clear();
  }

  paste(text: string): void {
    const rows = readCells(text), { top, bottom, start, end } = this.#grid.area, wide = Math.max(...rows.map((r) => r.length)), cells: { at: Place; words: string }[] = [];
    if (!text) return;
    // One cell, or one block that fits several times into what is selected, fills all of it.
    const high = (bottom - top + 1) % rows.length === 0 ? Math.max(rows.length, bottom - top + 1) : rows.length, broad = (end - start + 1) % wide === 0 ? Math.max(wide, end - start + 1) : wide;
    for (let r = 0; r < high; r++) {
      for (let c = 0; c < broad; c++) {
        const words = rows[r % rows.length]![c % wide];
        if (words !== undefined && start + c < this.#grid.columns.length) cells.push({ at: { row: top + r, column: start + c }, words });
      }
    }
    this.#put(cells);
    this.#grid.select({ row: top, column: start }, { row: Math.min(top + high, this.#list.rows.length) - 1, column: start + broad - 1 });
    const lost = start + wide - this.#grid.columns.length;
    toast(lost > 0 ? t("pasted.lost", { rows: rows.length, n: lost }) : t("pasted", { rows: rows.length }), { action: { label: t("undo"), run: () => this.#list.undo() } });
  }

  // --- the mouse

  #down(e: PointerEvent): void {
    if (e.button !== 0) return;
    if (e.target === this.#grid.handle) {
      e.preventDefault();
      this.#dragged = "fill";
      this.#fillTo = this.#grid.area.bottom;
      return;
    }
    const head = e.target instanceof Element ? e.target.closest("tbody th") : null;
    if (head) {
      const row = Number(head.parentElement!.getAttribute("aria-rowindex")) - 2;
      e.preventDefault();
      this.#typing.end("stay");
      this.#grid.select({ row, column: 0 }, { row: e.shiftKey ? this.#grid.from.row : row, column: this.#grid.columns.length - 1 });
      return;
    }
    const at = this.#grid.place(e.target);
    if (!at || e.target instanceof Element && e.target.closest(".cell-field")) return;
    e.preventDefault();
    this.#typing.end("away");
    const again = e.pointerType !== "mouse" && at.row === this.#grid.at.row && at.column === this.#grid.at.column;
    this.#grid.select(at, e.shiftKey ? this.#grid.from : at);
    if (again) this.#begin(at);
    else if (e.pointerType === "mouse") this.#dragged = "select";
  }

  #over(e: PointerEvent): void {
    const at = this.#dragged ? this.#grid.place(e.target) : undefined;
    if (!at) return;
    if (this.#dragged === "select") this.#grid.select(at, this.#grid.from);
    else {
      this.#fillTo = Math.min(at.row, this.#list.rows.length - 1);
      const { top, start, end } = this.#grid.area;
      if (this.#fillTo >= top) this.#grid.select({ row: this.#fillTo, column: end }, { row: top, column: start });
    }
  }

  #up(): void {
    if (this.#dragged === "fill" && this.#grid.area.bottom > this.#grid.area.top) this.#fill();
    this.#dragged = "";
  }

  // --- keys

  #key(e: KeyboardEvent): void {
    if (this.#typing.on || e.isComposing && e.key !== "Process") return;
    const g = this.#grid, ctrl = e.ctrlKey || e.metaKey, at = g.at, rtl = getComputedStyle(g.table).direction === "rtl" ? -1 : 1, last = g.last, end = g.columns.length - 1;
    const go = (p: Place) => g.select(p, e.shiftKey ? g.from : p);
    const leave = this.#leave;
    this.#leave = false;
    const letter = e.key.length === 1 && (!ctrl && !e.altKey || e.getModifierState("AltGraph"));
    const column = g.columns[at.column];
    if (e.altKey && (e.key === "ArrowUp" || e.key === "ArrowDown")) { if (this.#s.may) this.#move(e.key === "ArrowUp" ? -1 : 1); }
    else if (e.key === "ArrowUp") go({ ...at, row: ctrl ? 0 : at.row - 1 });
    else if (e.key === "ArrowDown") go({ ...at, row: ctrl ? last : at.row + 1 });
    else if ((e.key === "ArrowLeft" || e.key === "ArrowRight") && !e.altKey) {
      const by = (e.key === "ArrowRight" ? 1 : -1) * rtl;
      go({ ...at, column: ctrl ? by > 0 ? end : 0 : at.column + by });
    }
    else if (e.key === "Home") go({ row: ctrl ? 0 : at.row, column: 0 });
    else if (e.key === "End") go({ row: ctrl ? last : at.row, column: end });
    else if (e.key === "PageUp" || e.key === "PageDown") go({ ...at, row: at.row + (e.key === "PageUp" ? -g.page : g.page) });
    else if (e.key === "Escape") { this.#leave = true; g.select(at); }
    else if (e.key === "Tab") {
      const to = this.#step(at, e.shiftKey ? -1 : 1);
      if (leave || ctrl || to.row > last || to.row === at.row && to.column === at.column) return;
      g.select(to);
    }
    else if (ctrl && !e.altKey && e.key.toLowerCase() === "z") { if (e.shiftKey) this.#list.redo(); else this.#list.undo(); }
    else if (ctrl && !e.altKey && e.key.toLowerCase() === "y") this.#list.redo();
    else if (e.key === " " && e.shiftKey) g.select({ ...at, column: 0 }, { ...at, column: end });
    else if (!this.#s.may) return;
    else if (e.key === "Enter" && e.shiftKey) this.#fill();
    else if (e.key === "Enter" && ctrl) this.#add(1);
    else if (e.key === "Enter" || e.key === "F2") this.#begin(at);
    else if (e.key === "Delete" && ctrl) void this.#remove();
    else if (e.key === "Delete" || e.key === "Backspace") this.#clear();
    else if (e.key === " " && column?.tick) this.#put([{ at, words: g.rows[at.row]?.cells[column.key] ? "" : "✓" }]);
    // The letter itself, a dead key's, or what an input method makes of several, goes into the field that has the focus by then.
    else if (e.key === "Process" || e.key === "Dead" || letter && e.key !== " ") return void this.#begin(at, "");
    else return;
    e.preventDefault();
  }

  #keys(): void {
    const dialog = one<HTMLDialogElement>("#keys");
    const all: [string, string[]][] = [["keys.move", ["↑", "↓", "←", "→"]], ["keys.extend", ["Shift+↑↓←→"]], ["keys.row", ["Shift+Space"]], ["keys.edit", ["Enter", "F2"]], ["keys.next", ["Tab"]],
      ["keys.line", ["Alt+Enter"]], ["keys.clear", ["Delete"]], ["keys.fill", ["Shift+Enter"]], ["keys.add", ["Ctrl+Enter"]], ["keys.remove", ["Ctrl+Delete"]], ["keys.shift", ["Alt+↑", "Alt+↓"]],
      ["keys.copy", ["Ctrl+C", "Ctrl+X", "Ctrl+V"]], ["keys.undo", ["Ctrl+Z", "Ctrl+Y"]], ["keys.leave", ["Escape, Tab"]]];
    one("#keys-list").append(...all.map(([what, keys]) => make("div", {}, make("dt", {}, t(what)), make("dd", {}, ...keys.map((k) => make("kbd", {}, named(k)))))));
    one("#show-keys").addEventListener("click", () => dialog.showModal());
  }
}

function tidy(c: Column, words: string): string { return words && c.tidy ? c.tidy(words) : words; }
