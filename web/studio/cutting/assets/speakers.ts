// The list beside the picture: the meeting's speakers in their order, those who are cut and those who are still to come, and between
// them the cuts that are nobody's yet. Only the rows in sight are in the page, however long the list is.

import { call } from "../../desk/assets/api";
import { make, one } from "../../desk/assets/dom";
import { elapsed, seconds } from "../../desk/assets/times";
import { failed, toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import type { Clock } from "./clock";
import type { Cuts } from "./cuts";
import { nameOf, type Row, type RowState, type Speaker } from "./recording";

const rowHeight = 46; // pixels, as in the style

interface Entry { key: string; speaker: Speaker | undefined; cut: Row | undefined }

export class Speakers {
  all: Speaker[] = [];
  states = new Map<string, RowState>();
  // opened is told when an entry with a cut is chosen.
  opened: (row: Row) => void = () => {};
  readonly #box = one("#speakers-list");
  readonly #inner = one("#speakers-list > div");
  readonly #count = one("#speakers-count");
  readonly #hint = one("#speakers-hint");
  readonly #buttons = { assign: button("#assign"), unassign: button("#unassign"), up: button("#up"), down: button("#down"), add: button("#add-person") };
  #entries: Entry[] = [];
  #active = "";
  #dragged = "";
  #filter = "";
  #due = false;

  constructor(readonly meeting: string, readonly recording: string, readonly cuts: Cuts, readonly clock: Clock) {
    cuts.addEventListener("rows", () => this.show());
    cuts.addEventListener("select", () => {
      const row = cuts.selected, entry = row && this.#entries.find((e) => e.cut === row);
      if (entry && entry.key !== this.#active) this.#activate(entry.key);
      this.show();
    });
    this.#box.addEventListener("scroll", () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(this.#box);
    this.#box.addEventListener("keydown", (e) => this.#key(e));
    this.#box.addEventListener("click", (e) => this.#choose(this.#entryOf(e.target)));
    this.#box.addEventListener("dblclick", (e) => { if (this.#entryOf(e.target)) this.assign(); });
    this.#box.addEventListener("dragstart", (e) => {
      const entry = this.#entryOf(e.target);
      if (!entry || cuts.readOnly) return e.preventDefault();
      this.#dragged = entry.key;
      e.dataTransfer?.setData("application/x-rostrum", entry.key);
    });
    this.#box.addEventListener("dragover", (e) => {
      if (!this.#dragged) return;
      e.preventDefault();
      const target = e.target instanceof Element ? e.target.closest("[role=option]") : null;
      for (const o of this.#box.querySelectorAll(".over")) if (o !== target) o.classList.remove("over");
      target?.classList.add("over");
    });
    this.#box.addEventListener("dragend", () => {
      this.#dragged = "";
      for (const o of this.#box.querySelectorAll(".over")) o.classList.remove("over");
    });
    this.#box.addEventListener("drop", (e) => {
      const from = this.#entries.find((x) => x.key === this.#dragged), to = this.#entryOf(e.target);
      this.#dragged = "";
      if (!from || !to || from === to) return;
      e.preventDefault();
      e.stopPropagation();
      if (from.cut && !from.speaker && to.speaker) cuts.assign(from.cut.id, to.speaker);
      else if (from.speaker && to.cut && !to.speaker) cuts.assign(to.cut.id, from.speaker);
      else if (from.speaker && to.speaker) void this.#reorder(from.speaker, this.all.indexOf(to.speaker));
    });
    this.#buttons.assign.addEventListener("click", () => this.assign());
    this.#buttons.unassign.addEventListener("click", () => this.unassign());
    this.#buttons.up.addEventListener("click", () => this.#shift(-1));
    this.#buttons.down.addEventListener("click", () => this.#shift(1));
    this.#buttons.add.addEventListener("click", () => this.#add());
    one<HTMLInputElement>("#speakers-find").addEventListener("input", (e) => {
      this.#filter = (e.target as HTMLInputElement).value.trim().toLocaleLowerCase();
      this.show();
    });
  }

  async load(): Promise<void> {
    try {
      const all = await call<Speaker[] | null>("GET", `/api/v1/meetings/${this.meeting}/speakers`);
      this.all = all ?? [];
      this.#hint.hidden = true;
    } catch (e) {
      this.#hint.textContent = t("speakers.none", { why: e instanceof Error ? e.message : "" });
      this.#hint.hidden = false;
    }
    this.show();
  }

  find(id: string): Speaker | undefined { return this.all.find((s) => s.id === id); }

  show(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#merge();
      this.#draw(true);
    });
  }

  focus(): void { this.#box.focus(); }

  assign(): void {
    const entry = this.#entry(), row = this.cuts.selected;
    if (!entry?.speaker || entry.cut) {
      if (entry?.cut && !entry.speaker) toast(t("assign.whom"));
      return;
    }
    if (!row) return toast(t("assign.none"), { error: true });
    const key = entry.key;
    this.cuts.assign(row.id, entry.speaker);
    this.#active = key;
  }

  unassign(): void {
    const row = this.cuts.selected;
    if (row?.intervention) this.cuts.unassign(row.id);
  }

  // merge puts cuts that are nobody's before the first entry that is cut later.
  #merge(): void {
    const byIntervention = new Map(this.cuts.rows.filter((r) => r.intervention).map((r) => [r.intervention!, r]));
    const here = this.all.filter((s) => !s.recording || s.recording === this.recording || byIntervention.has(s.id));
    const known = new Set(here.map((s) => s.id)), loose = this.cuts.rows.filter((r) => !r.intervention || !known.has(r.intervention));
    const lastCut = here.findLastIndex((s) => byIntervention.has(s.id)), all: Entry[] = [];
    let i = 0;
    const until = (frame: number) => { while (i < loose.length && loose[i]!.span.in < frame) all.push(looseEntry(loose[i++]!)); };
    here.forEach((speaker, n) => {
      const cut = byIntervention.get(speaker.id);
      if (cut) until(cut.span.in);
      all.push({ key: `s-${speaker.id}`, speaker, cut });
      if (n === lastCut) until(Infinity);
    });
    until(Infinity);
    if (lastCut < 0 && loose.length) all.sort((a, b) => Number(!a.cut) - Number(!b.cut)); // cuts first, then who is to come
    const f = this.#filter;
    this.#entries = f ? all.filter((e) => [e.speaker?.speaker, e.speaker?.title, e.speaker?.organisation, e.cut?.speaker, e.cut?.title].some((s) => s?.toLocaleLowerCase().includes(f))) : all;
    if (!this.#entries.some((e) => e.key === this.#active)) this.#active = this.#entries.find((e) => e.cut && e.cut === this.cuts.selected)?.key ?? this.#entries[0]?.key ?? "";
    this.#count.textContent = t("speakers.count", { cut: all.filter((e) => e.cut).length, all: all.length });
    one("#speakers-empty").hidden = all.length > 0;
    this.#box.hidden = all.length === 0;
    const entry = this.#entry(), row = this.cuts.selected, no = this.cuts.readOnly;
    this.#buttons.assign.disabled = no || !row || !entry?.speaker || entry.cut !== undefined;
    this.#buttons.unassign.disabled = no || !row?.intervention;
    this.#buttons.up.disabled = no || !entry?.speaker || entry.speaker === this.all[0];
    this.#buttons.down.disabled = no || !entry?.speaker || entry.speaker === this.all.at(-1);
    this.#buttons.add.disabled = no;
  }

  #draw(anew = false): void {
    const height = this.#box.clientHeight, total = this.#entries.length;
    const from = Math.max(0, Math.floor(this.#box.scrollTop / rowHeight) - 4), to = Math.min(total, Math.ceil((this.#box.scrollTop + height) / rowHeight) + 4);
    const range = `${from}-${to}`;
    if (!anew && this.#inner.dataset["range"] === range) return;
    this.#inner.dataset["range"] = range;
    this.#inner.style.blockSize = `${total * rowHeight}px`;
    // The active one stays in the page, so that it can always be announced.
    const active = this.#entries.findIndex((e) => e.key === this.#active), shown = new Set<number>(active >= 0 ? [active] : []);
    for (let i = from; i < to; i++) shown.add(i);
    this.#inner.replaceChildren(...[...shown].sort((a, b) => a - b).map((i) => this.#option(this.#entries[i]!, i, total)));
    if (active >= 0) this.#box.setAttribute("aria-activedescendant", `o-${this.#active}`); else this.#box.removeAttribute("aria-activedescendant");
  }

  #option(e: Entry, i: number, total: number): HTMLElement {
    const { cut, speaker } = e, texts = speaker ?? cut!, name = nameOf(texts) || (cut ? this.cuts.name(cut) : ""), selected = cut !== undefined && cut === this.cuts.selected;
    const known = speaker ? this.states.get(speaker.id)?.state ?? speaker.state : "", state = cut && (!known || known === "planned") ? "new" : known, overlap = cut !== undefined && this.cuts.overlaps(cut.id);
    const second = [texts.organisation, texts.speaker ? texts.title : ""].filter(Boolean).join(" · ");
    const o = make("div", { role: "option", id: `o-${e.key}`, "aria-selected": String(selected), "aria-posinset": String(i + 1), "aria-setsize": String(total), draggable: "true",
      class: ["person", cut ? "cut" : "planned", speaker ? "" : "loose", e.key === this.#active ? "active" : "", overlap ? "overlap" : ""].filter(Boolean).join(" ") },
      make("span", { class: "n" }, speaker ? String(speaker.position || this.all.indexOf(speaker) + 1) : "–"),
      make("span", { class: "names" }, make("span", { class: "name", dir: "auto" }, name), make("span", { class: "more", dir: "auto" }, speaker ? second : t("person.nobody") + (second ? ` · ${second}` : ""))),
      make("span", { class: "times time" }, ...(cut ? [make("span", {}, this.clock.write(cut.span.in).replace(/[:;.]\d+$/, "")), make("span", { class: "soft" }, elapsed(seconds(cut.span.out - cut.span.in, this.clock.rate)))] : [])),
      make("span", { class: `state ${overlap ? "bad" : tones[state] ?? ""}` }, overlap ? t("state.overlap") : t(`state.${state}`)));
    o.style.insetBlockStart = `${i * rowHeight}px`;
    return o;
  }

  #entry(): Entry | undefined { return this.#entries.find((e) => e.key === this.#active); }

  #entryOf(target: EventTarget | null): Entry | undefined {
    const o = target instanceof Element ? target.closest("[role=option]") : null;
    return o ? this.#entries.find((e) => `o-${e.key}` === o.id) : undefined;
  }

  #choose(entry: Entry | undefined): void {
    if (!entry) return;
    this.#activate(entry.key);
    if (entry.cut) {
      this.cuts.select(entry.cut.id);
      this.opened(entry.cut);
    }
    this.show();
  }

  #activate(key: string): void {
    this.#active = key;
    const i = this.#entries.findIndex((e) => e.key === key), top = i * rowHeight;
    if (top < this.#box.scrollTop) this.#box.scrollTop = top;
    else if (top + rowHeight > this.#box.scrollTop + this.#box.clientHeight) this.#box.scrollTop = top + rowHeight - this.#box.clientHeight;
  }

  #key(e: KeyboardEvent): void {
    if (e.ctrlKey || e.altKey || e.metaKey) return;
    const i = this.#entries.findIndex((x) => x.key === this.#active), last = this.#entries.length - 1;
    const to = ({ ArrowUp: i - 1, ArrowDown: i + 1, Home: 0, End: last } as Record<string, number>)[e.key];
    if (e.shiftKey && (e.key === "ArrowUp" || e.key === "ArrowDown")) this.#shift(e.key === "ArrowUp" ? -1 : 1);
    else if (to !== undefined) this.#walk(this.#entries[Math.max(0, Math.min(last, to))]);
    else if (e.key === "Enter") {
      const entry = this.#entry();
      if (entry?.cut) this.#choose(entry); else this.assign();
    } else return;
    e.preventDefault();
  }

  // walk moves along the list: a cut is selected, one who is still to come waits for Enter.
  #walk(entry: Entry | undefined): void {
    if (!entry) return;
    this.#activate(entry.key);
    if (entry.cut) this.cuts.select(entry.cut.id);
    this.show();
  }

  #shift(by: 1 | -1): void {
    const entry = this.#entry();
    if (!entry?.speaker || this.cuts.readOnly) return;
    // Past those who are not shown here, which belong to other recordings.
    const shown = this.#entries.filter((e) => e.speaker), next = shown[shown.indexOf(entry) + by]?.speaker;
    if (next) void this.#reorder(entry.speaker, this.all.indexOf(next));
  }

  async #reorder(who: Speaker, to: number): Promise<void> {
    const before = this.all, next = before.filter((s) => s !== who);
    next.splice(to, 0, who);
    this.all = next.map((s, i) => Object.assign(s, { position: i + 1 }));
    this.#active = `s-${who.id}`;
    this.show();
    try { await call("PUT", `/api/v1/meetings/${this.meeting}/speakers/order`, { ids: next.map((s) => s.id) }); } catch (e) {
      this.all = before.map((s, i) => Object.assign(s, { position: i + 1 }));
      this.show();
      failed(e);
    }
  }

  #add(): void {
    const form = one<HTMLFormElement>("#person-form"), dialog = one<HTMLDialogElement>("#person"), trouble = one(".error-text", dialog);
    trouble.textContent = "";
    form.onsubmit = async (e) => {
      e.preventDefault();
      const texts = Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, String(v).trim()]).filter(([, v]) => v));
      if (!texts["speaker"] && !texts["title"]) {
        trouble.textContent = t("person.empty");
        one<HTMLInputElement>("[name=speaker]", form).focus();
        return;
      }
      try {
        const s = await call<Speaker>("POST", `/api/v1/meetings/${this.meeting}/speakers`, { title: texts["speaker"], ...texts });
        await this.load();
        const row = this.cuts.selected, found = this.find(s.id) ?? s;
        if (row && !row.intervention) this.cuts.assign(row.id, found);
        this.#active = `s-${s.id}`;
        this.show();
        form.reset();
        dialog.close();
      } catch (e) { trouble.textContent = e instanceof Error ? e.message : String(e); } // what was typed stays
    };
    dialog.showModal();
    one<HTMLInputElement>("[name=speaker]", form).focus();
  }
}

const tones: Record<string, string> = { new: "", planned: "", cut: "work", rendering: "work", ready: "good", published: "good", withdrawn: "warn", failed: "bad" };

const looseEntry = (cut: Row): Entry => ({ key: `c-${cut.id}`, speaker: undefined, cut });
const button = (selector: string) => one<HTMLButtonElement>(selector);
