// Keeping the draft: every change is saved by itself and can be undone; when somebody else was faster, what was made here is laid aside,
// and the person chooses.

import { call, Refusal } from "../../desk/assets/api";
import { make } from "../../desk/assets/dom";
import { Saver } from "../../desk/assets/save";
import { failed, toast } from "../../desk/assets/toast";
import { Undo } from "../../desk/assets/undo";
import { language, t } from "../../desk/assets/words";
import type { Clock } from "./clock";
import type { Cuts } from "./cuts";
import type { Lock } from "./lock";
import { nameOf, type Draft, type Row } from "./recording";

interface Kept { number: number; rows: Row[]; what: string }

export class Keeping {
  number: number;
  readonly saver: Saver<Kept>;
  readonly undo: Undo<Row[]>;
  readonly #path: string;
  #what: string[] = [];
  #aside: Kept | undefined;
  // blocked is called when the server refused a change because of somebody else; told when the draft came anew.
  blocked: (why: string, aside: boolean) => void = () => {};

  constructor(readonly recording: string, draft: Draft, readonly cuts: Cuts, readonly clock: Clock, readonly lock: () => Lock, tell: (state: string, words: string) => void) {
    this.#path = `/api/v1/recordings/${recording}/draft`;
    this.number = draft.number;
    cuts.put(draft.rows ?? []);
    this.undo = new Undo(cuts.state(), (rows) => {
      cuts.put(rows);
      this.#save(t("did.undo"));
    });
    this.undo.allowed = () => !cuts.readOnly;
    this.saver = new Saver<Kept>((kept) => this.#send(kept), tell, `rostrum:cut:${recording}`);
    this.#aside = recall(this.#asideKey);
    cuts.changed = (what) => {
      this.undo.did(cuts.state());
      this.#save(what);
    };
    const left = this.saver.left;
    if (!left) return;
    // An earlier window could not send its last change.
    if (left.number === this.number) {
      cuts.put(left.rows);
      this.undo.did(cuts.state());
      this.#save(left.what);
      toast(t("left.again"));
    } else this.#layAside(left);
  }

  get aside(): boolean { return this.#aside !== undefined; }
  get #asideKey(): string { return `rostrum:cut:${this.recording}:aside`; }

  // fresh fetches the newest draft, when nothing of ours is on its way.
  async fresh(always = false): Promise<void> {
    if (this.saver.pending) return;
    const d = await call<Draft>("GET", this.#path);
    if (this.saver.pending || d.number === this.number && !always) return;
    this.number = d.number;
    this.cuts.put(d.rows ?? []);
    this.undo.did(this.cuts.state());
  }

  // settled sends what is left and says whether the server has everything.
  async settled(): Promise<boolean> {
    for (let i = 0; this.saver.pending && i < 100; i++) {
      await this.saver.flush();
      if (this.saver.pending) await new Promise((done) => setTimeout(done, 50)); // another request is under way
    }
    return !this.saver.pending;
  }

  #save(what: string): void {
    if (this.#what.at(-1) !== what) this.#what.push(what);
    this.saver.change({ number: this.number, rows: this.cuts.state(), what: this.#what.slice(-3).join("; ") });
  }

  async #send(kept: Kept): Promise<void> {
    const said = this.#what;
    this.#what = [];
    try {
      // A change that waited for the one before it was made from that one's number.
      const answer = await call<{ number: number }>("PUT", this.#path, { ...kept, number: this.number, holder: this.lock().holder });
      this.number = answer.number;
    } catch (e) {
      this.#what = [...said, ...this.#what];
      if (e instanceof Refusal && e.status === 409) {
        this.#what = [];
        this.#layAside({ ...kept, rows: this.cuts.state() });
        setTimeout(() => { // after the saver has noted that it could not
          this.saver.drop();
          this.blocked(e.message, true);
        });
      }
      throw e;
    }
  }

  #layAside(kept: Kept): void {
    this.#aside = kept;
    try {
      localStorage.setItem(this.#asideKey, JSON.stringify(kept));
    } catch { /* no memory here: it lives as long as the page */ }
  }

  #forget(): void {
    this.#aside = undefined;
    try { localStorage.removeItem(this.#asideKey); } catch { /* no memory here */ }
  }

  // both shows what was made here beside what stands now, and lets the person choose.
  async both(take: () => Promise<boolean>): Promise<void> {
    const mine = this.#aside;
    if (!mine) return;
    let theirs: Draft;
    try { theirs = await call<Draft>("GET", this.#path); } catch (e) { return failed(e); }
    const theirRows = theirs.rows ?? [];
    const list = (rows: Row[], others: Row[]) => {
      const other = new Map(others.map((r) => [r.id, JSON.stringify(r)]));
      const shown = rows.filter((r) => other.get(r.id) !== JSON.stringify(r));
      return make("ul", { class: "both-list" }, ...shown.slice(0, 200).map((r) => make("li", {},
        make("span", { dir: "auto" }, nameOf(r) || t("cut")), make("span", { class: "time" }, `${this.clock.write(r.span.in)} – ${this.clock.write(r.span.out)}`))),
      ...(shown.length ? [] : [make("li", { class: "soft" }, t("both.none"))]));
    };
    const dialog = make("dialog", { class: "both", "aria-labelledby": "both-title" });
    const keepTheirs = make("button", { type: "button" }, t("both.theirs")), keepMine = make("button", { type: "button", class: "primary" }, t("both.mine"));
    const later = make("button", { type: "button", class: "quiet" }, t("both.later"));
    dialog.append(make("h2", { id: "both-title" }, t("both.title")), make("p", {}, t("both.what")),
      make("div", { class: "both-lists" },
        make("section", {}, make("h3", {}, t("both.here", { n: mine.rows.length })), list(mine.rows, theirRows)),
        make("section", {}, make("h3", {}, t("both.there", { n: theirRows.length, who: theirs.who || t("nobody"), when: when(theirs.at) })), list(theirRows, mine.rows))),
      make("p", { class: "actions" }, later, keepTheirs, keepMine));
    document.body.append(dialog);
    later.addEventListener("click", () => dialog.close());
    keepTheirs.addEventListener("click", () => {
      this.#forget();
      dialog.close();
    });
    keepMine.addEventListener("click", async () => {
      if (!await take()) return;
      try { await this.fresh(true); } catch (e) { return failed(e); }
      this.cuts.replace(mine.rows, t("did.mine"));
      this.#forget();
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      this.blocked("", this.aside);
    }, { once: true });
    dialog.showModal();
  }
}

function recall(key: string): Kept | undefined {
  try { return JSON.parse(localStorage.getItem(key) ?? "null") ?? undefined; } catch { return undefined; }
}

const local = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });

// when writes an instant as people here read it.
export function when(at: string): string {
  const d = new Date(at);
  return Number.isNaN(+d) || d.getFullYear() < 2000 ? "–" : local.format(d);
}
