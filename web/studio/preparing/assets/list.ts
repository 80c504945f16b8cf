// The list between the grid and the server: its rows as they are here, as the server has them, and the steps between.

import { call, Refusal } from "../../desk/assets/api";
import { Saver } from "../../desk/assets/save";
import { t } from "../../desk/assets/words";
import { rowOf, troubles, wireOf, type Column, type Speaker } from "./columns";
import { diff, empty, patch, type Change, type Row } from "./rows";

const steps = 100; // that can be undone
const lookAgain = 20_000; // milliseconds between two looks at what others do

interface Step { back: Change; forth: Change }

export class List {
  rows: readonly Row[];
  #base: readonly Row[]; // as the server has them
  #past: Step[] = [];
  #future: Step[] = [];
  readonly #saver: Saver<Change>;
  readonly #key: string;
  readonly #path: string;

  // changed is told after each change, with whether it came from elsewhere; told is how saving stands.
  constructor(slug: string, readonly columns: Column[], first: Speaker[], readonly changed: (elsewhere: boolean) => void, readonly told: (state: string, words: string) => void) {
    this.#path = `/api/v1/meetings/${slug}/speakers`;
    this.#key = `rostrum:speakers:${slug}`;
    this.rows = this.#base = first.map((s) => rowOf(s, columns));
    this.#saver = new Saver<Change>(() => this.#send(), (state, words) => {
      this.#keep();
      told(state, words);
      if (state !== "saved") return;
      const { said, sent } = this.#plan(); // what was undone while it was under way
      if (said.length || sent.order) this.#save();
    }, this.#key);
    const left = this.#saver.left;
    if (left?.cells) {
      this.rows = patch(this.rows, left);
      this.#save();
    }
    setInterval(() => void this.look(), lookAgain);
    document.addEventListener("visibilitychange", () => void this.look());
  }

  get canUndo(): boolean { return this.#past.length > 0; }
  get canRedo(): boolean { return this.#future.length > 0; }

  put(next: readonly Row[]): void {
    const forth = diff(this.rows, next);
    if (empty(forth)) return;
    this.#past.push({ back: diff(next, this.rows), forth });
    if (this.#past.length > steps) this.#past.shift();
    this.#future = [];
    this.#show(next);
  }

  undo(): void { this.#go(this.#past, this.#future, "back"); }
  redo(): void { this.#go(this.#future, this.#past, "forth"); }

  #go(from: Step[], to: Step[], way: "back" | "forth"): void {
    const step = from.pop();
    if (!step) return;
    to.push(step);
    this.#show(patch(this.rows, step[way]));
  }

  #show(next: readonly Row[]): void {
    this.rows = next;
    this.#save();
    this.changed(false);
  }

  #save(): void {
    const c = diff(this.#base, this.rows);
    if (empty(c)) {
      this.#saver.drop();
      this.told("saved", t("saved"));
    } else this.#saver.change(c);
  }

  // keep remembers what is not stored, cells that are wrong included: the Saver forgets all of it once it has sent something.
  #keep(): void {
    const c = diff(this.#base, this.rows);
    try {
      if (empty(c)) localStorage.removeItem(this.#key);
      else localStorage.setItem(this.#key, JSON.stringify(c));
    } catch { /* no memory here */ }
  }

  // plan is what can be sent now. Cells that are wrong, and rows that name nobody yet, wait here.
  #plan(): { said: Record<string, unknown>[]; sent: Change } {
    const c = diff(this.#base, this.rows), by = new Map(this.rows.map((r) => [r.id, r]));
    const said: Record<string, unknown>[] = c.remove.map((id) => ({ id, remove: true }));
    const sent: Change = { add: [], remove: c.remove, cells: {}, order: null };
    for (const row of c.add) {
      if (troubles(row, this.columns).get("speaker")?.wrong) continue;
      const keys = Object.keys(row.cells).filter((k) => row.cells[k]), { said: words, kept } = wireOf(row, keys, this.columns);
      said.push({ id: row.id, add: true, ...words });
      sent.add.push({ ...row, cells: Object.fromEntries(Object.entries(row.cells).map(([k, v]) => [k, kept.includes(k) ? "" : v])) });
    }
    for (const [id, cells] of Object.entries(c.cells)) {
      const { said: words, kept } = wireOf(by.get(id)!, Object.keys(cells), this.columns);
      if (!Object.keys(words).length) continue;
      said.push({ id, ...words });
      sent.cells[id] = Object.fromEntries(Object.entries(cells).filter(([k]) => !kept.includes(k)));
    }
    if (c.order) {
      const there = new Set([...this.#base.filter((r) => !c.remove.includes(r.id)), ...sent.add].map((r) => r.id)), order = c.order.filter((id) => there.has(id));
      if (order.some((id, i) => id !== this.#base[i]?.id)) sent.order = order;
    }
    return { said, sent };
  }

  async #send(again = true): Promise<void> {
    const { said, sent } = this.#plan();
    if (!said.length && !sent.order) return;
    try { await call<Speaker[]>("PATCH", this.#path, { rows: said, ...(sent.order ? { order: sent.order } : {}) }); } catch (e) {
      // Somebody else has changed the rows themselves: what is typed for those that are left is sent once more.
      if (!again || !(e instanceof Refusal) || e.again) throw e;
      await this.#fetch(true);
      if (JSON.stringify(this.#plan().said) === JSON.stringify(said)) throw e;
      return this.#send(false);
    }
    this.#base = patch(this.#base, sent);
  }

  // look takes over what others have changed meanwhile, while nothing of ours is under way.
  async look(): Promise<void> {
    if (document.hidden || this.#saver.pending) return;
    try { await this.#fetch(false); } catch { /* the next look will do */ }
  }

  async #fetch(always: boolean): Promise<void> {
    const all = await call<Speaker[]>("GET", this.#path);
    if (!always && this.#saver.pending) return;
    const mine = diff(this.#base, this.rows), was = new Map(this.#base.map((r) => [r.id, r]));
    const base = all.map((s) => rowOf(s, this.columns)).map((r) => {
      const old = was.get(r.id);
      return old && old.state === r.state && Object.keys(r.cells).every((k) => (old.cells[k] ?? "") === r.cells[k]) ? old : r;
    });
    if (base.length === this.#base.length && base.every((r, i) => r === this.#base[i])) return;
    this.#base = base;
    mine.remove = mine.remove.filter((id) => base.some((r) => r.id === id && r.state === "planned"));
    this.rows = patch(base, mine);
    this.changed(true);
  }
}
