// All deliveries of the page, and what they share.

import { call, Refusal } from "../../desk/assets/api";
import { one } from "../../desk/assets/dom";
import { failed, toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import { Card } from "./card";
import { pick, type Chosen } from "./choosing";
import { count } from "./figures";
import type { FileRow } from "./file";
import { forgetHandle, keptHandles, opened, type Handle } from "./handles";
import { place } from "./placing";
import { whole, type Delivery, type Limits } from "./server";
import { say } from "./said";
import { Traffic } from "./traffic";
import type { Transfer } from "./transfer";

const few = 3; // new deliveries that are shown open

export class Room {
  cards: Card[] = [];
  handles = new Map<string, Handle>();
  readonly traffic = new Traffic((x) => this.#transferred(x), () => this.progress());
  #changes = 0;
  #timer = 0;
  #placing: Promise<void> = Promise.resolve();

  constructor(readonly limits: Limits, readonly painted: () => void) {
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.soon(); });
    addEventListener("online", () => this.soon());
  }

  // meeting is the one that new deliveries are of, when it is clear: of the address, or the only one.
  get meeting(): string {
    const named = new URLSearchParams(location.search).get("meeting") ?? "";
    if (this.limits.meetings.some((m) => m.slug === named)) return named;
    return this.limits.meetings.length === 1 ? this.limits.meetings[0]!.slug : "";
  }

  // begin shows what there is, and goes on with the files that the browser may open without asking.
  async begin(all: Delivery[]): Promise<void> {
    this.handles = await keptHandles();
    this.#merge(all);
    for (const card of this.cards) card.expanded = card.d.state !== "taken" && this.cards.length <= few;
    for (const upload of this.handles.keys()) if (!this.cards.some((c) => c.d.files.some((f) => f.upload === upload && !f.sha256))) void forgetHandle(upload);
    // Of several windows one goes on by itself, the others when it is closed.
    void navigator.locks?.request("rostrum:sending", async () => {
      await this.#goOn();
      return new Promise<void>(() => {});
    });
    this.soon();
  }

  async #goOn(): Promise<void> {
    for (const row of this.cards.flatMap((c) => c.rows)) {
      const handle = !row.here && !row.transfer && this.handles.get(row.said?.upload ?? ""), file = handle && await opened(handle, false);
      if (file) void this.place([{ file, handle }]);
    }
  }

  cardOf(id: string): Card | undefined { return this.cards.find((c) => c.d.id === id); }
  transferOf(upload: string): Transfer | undefined { return [...this.traffic.all].find((x) => x.upload === upload && upload !== ""); }

  // look gets a delivery that was begun elsewhere a moment ago.
  async look(id: string): Promise<Card | undefined> {
    try { return this.show(await call<Delivery>("GET", `/api/v1/deliveries/${id}`)); } catch { return undefined; }
  }

  show(d: Delivery): Card {
    const there = this.cardOf(d.id);
    if (there) {
      there.update(d);
      return there;
    }
    const card = new Card(d, this);
    this.cards.push(card);
    this.#order();
    return card;
  }

  remove(card: Card): void {
    const i = this.cards.indexOf(card);
    if (i < 0) return;
    const hadFocus = card.element.contains(document.activeElement);
    this.cards.splice(i, 1);
    card.element.remove();
    this.#order();
    if (hadFocus || document.activeElement === document.body) (this.cards[i]?.element.querySelector<HTMLElement>(".toggle") ?? one("#choose")).focus();
  }

  // place gives files to a delivery, or to those that they belong to by their names; one after the other, so that none is placed twice.
  place(chosen: Chosen[], card?: Card): Promise<void> {
    if (chosen.length) {
      one("#looking").textContent = count("looking", chosen.length);
      this.#placing = this.#placing.then(() => place(this, chosen, card)).catch(failed).then(() => { one("#looking").textContent = ""; });
    }
    return this.#placing;
  }

  // placed is when all files that were given are in their places.
  get placed(): Promise<void> { return this.#placing; }

  // choose goes on with a file that is not open here: with one press where the browser has kept its handle.
  async choose(row: FileRow): Promise<void> {
    const handle = this.handles.get(row.said?.upload ?? "");
    const file = handle && await opened(handle, true);
    if (file) return this.place([{ file, handle }]);
    this.place(await pick(one<HTMLInputElement>("#files")).catch((e: unknown) => { failed(e); return []; }));
  }

  // arrived shows new deliveries.
  arrived(first: Card, n: number): void {
    const news = this.cards.slice(this.cards.indexOf(first));
    for (const card of news) card.expanded = n <= few;
    first.expanded = true;
    say(count("said.added", n));
    if (document.activeElement === document.body || document.activeElement?.matches("#choose, #choose-folder")) first.form.focus();
    first.element.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  // applyBelow fills the forms of the deliveries below down from one.
  applyBelow(card: Card): void {
    const below = this.cards.slice(this.cards.indexOf(card) + 1).filter((c) => !c.fixed), before = below.map((c) => c.form.shared);
    for (const c of below) c.form.put(card.form.shared);
    toast(count("below", below.length), { action: { label: t("undo"), run: () => below.forEach((c, i) => c.form.put(before[i]!)) } });
  }

  progress(): void {
    for (const card of this.cards) if (card.rows.some((r) => r.transfer)) card.progress();
    this.painted();
  }

  // change changes something at the server. What that said about all of them in the meantime does not count.
  async change<T>(doing: Promise<T>): Promise<T> {
    this.#changes++;
    try { return await doing; } finally { this.#changes++; }
  }

  // soon asks the server how things stand.
  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), 300);
  }

  async #ask(): Promise<void> {
    const changes = this.#changes;
    try {
      const all = await call<Delivery[]>("GET", "/api/v1/deliveries");
      if (changes === this.#changes) this.#merge(all);
      else return this.soon();
    } catch (e) {
      if (!(e instanceof Refusal)) throw e;
    }
    const taking = this.cards.some((c) => c.d.state === "submitted" && whole(c.d)), submitted = this.cards.some((c) => c.d.state === "submitted");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), (taking ? 1_500 : submitted ? 5_000 : 20_000) * (document.hidden ? 4 : 1)); // milliseconds
  }

  #merge(all: Delivery[]): void {
    for (const card of [...this.cards]) {
      if (!all.some((d) => d.id === card.d.id) && !card.rows.some((r) => r.moving)) this.remove(card);
    }
    for (const d of all) this.show(d);
    this.#order();
  }

  // order puts those that are on their way before those that have been taken in, each as they were begun.
  #order(): void {
    this.cards.sort((a, b) => Number(a.d.state === "taken") - Number(b.d.state === "taken") || a.d.created.localeCompare(b.d.created));
    const lists = [one("#deliveries"), one("#taken-list")] as const;
    for (const [i, list] of lists.entries()) {
      const mine = this.cards.filter((c) => (c.d.state === "taken") === (i === 1)).map((c) => c.element);
      if (mine.some((e, at) => list.children[at] !== e)) {
        const focused = document.activeElement as HTMLElement | null;
        list.append(...mine);
        if (focused && list.contains(focused)) focused.focus();
      }
    }
    const open = this.cards.filter((c) => c.d.state !== "taken");
    for (const c of this.cards) c.form.last = c === open.at(-1);
    this.painted();
  }

  #transferred(x: Transfer): void {
    this.cardOf(x.delivery)?.paint();
    if (x.state === "arrived") {
      say(t("said.arrived", { name: x.file.name }));
      void forgetHandle(x.upload);
      this.soon();
    }
    if (x.state === "failed") say(t("said.failed", { name: x.file.name, why: x.why }));
    this.painted();
  }
}
