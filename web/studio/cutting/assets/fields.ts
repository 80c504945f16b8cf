// The selected cut: its times, which are typed in any form, and its texts.

import { call } from "../../desk/assets/api";
import { one } from "../../desk/assets/dom";
import { Saver } from "../../desk/assets/save";
import { t } from "../../desk/assets/words";
import { Unreadable, type Clock } from "./clock";
import type { Cuts } from "./cuts";
import { textsOf, type Row, type Texts } from "./recording";
import type { Speakers } from "./speakers";

const names = ["speaker", "function", "organisation", "title", "agenda_item", "language"] as const;

export class Fields {
  readonly #box = one<HTMLElement>(".cut-fields");
  readonly #times = { in: input("#cut-in"), out: input("#cut-out"), length: input("#cut-length") };
  readonly #texts = Object.fromEntries(names.map((n) => [n, input(`#text-${n}`)])) as Record<(typeof names)[number], HTMLInputElement>;
  readonly #trouble = one("#cut-trouble");
  readonly #name = one("#cut-name");
  readonly #who = one("#cut-who");
  #shown = "";
  readonly #savers = new Map<string, Saver<Texts>>();

  // told is called with how the saving of texts stands, seek with where a typed edge lies.
  constructor(readonly cuts: Cuts, readonly clock: Clock, readonly speakers: Speakers, readonly seek: (frame: number) => void, readonly told: (state: string, words: string) => void) {
    cuts.addEventListener("rows", () => this.show());
    cuts.addEventListener("select", () => this.show());
    for (const [what, field] of Object.entries(this.#times) as ["in" | "out" | "length", HTMLInputElement][]) {
      field.addEventListener("change", () => this.#typed(what));
      field.addEventListener("keydown", (e) => {
        if (e.key === "Enter") { e.preventDefault(); this.#typed(what); }
        if (e.key === "Escape") { this.#well(field); this.show(true); field.blur(); }
      });
    }
    for (const [name, field] of Object.entries(this.#texts)) field.addEventListener("change", () => this.#wrote(name as keyof Texts, field.value));
    this.show();
    this.#again();
  }

  // again sends what an earlier window could not.
  #again(): void {
    const prefix = "rostrum:texts:";
    try {
      for (const key of Object.keys(localStorage)) {
        const saver = key.startsWith(prefix) ? this.#saver(key.slice(prefix.length)) : undefined, left = saver?.left;
        if (saver && left) saver.change(left);
      }
    } catch { /* no memory here */ }
  }

  show(always = false): void {
    const row = this.cuts.selected, other = row?.id !== this.#shown;
    this.#box.classList.toggle("none", !row);
    this.#shown = row?.id ?? "";
    if (other) for (const f of Object.values(this.#times)) this.#well(f);
    const fill = (f: HTMLInputElement, value: string) => {
      f.disabled = !row;
      f.readOnly = this.cuts.readOnly;
      // What somebody is typing is theirs until they leave the field or choose another cut.
      if (!other && !always && (document.activeElement === f && f.dataset["value"] !== f.value || f.getAttribute("aria-invalid") === "true")) return;
      f.value = f.dataset["value"] = value;
    };
    fill(this.#times.in, row ? this.clock.write(row.span.in) : "");
    fill(this.#times.out, row ? this.clock.write(row.span.out) : "");
    fill(this.#times.length, row ? this.clock.length(row.span.out - row.span.in) : "");
    const texts = row ? this.#textsOf(row) : {};
    for (const n of names) fill(this.#texts[n], texts[n] ?? "");
    this.#name.textContent = row ? this.cuts.name(row) : t("fields.none");
    this.#who.textContent = !row ? this.cuts.begun !== undefined ? t("begun") : t("fields.how") : row.intervention ? t("fields.assigned", { n: this.cuts.number(row) }) : t("fields.loose", { n: this.cuts.number(row) });
    if (other) this.#trouble.textContent = "";
  }

  #textsOf(row: Row): Texts { return textsOf(row.intervention ? this.speakers.find(row.intervention) ?? row : row); }

  #typed(what: "in" | "out" | "length"): void {
    const row = this.cuts.selected, field = this.#times[what];
    if (!row || field.value === field.dataset["value"]) return;
    if (this.cuts.readOnly) return this.cuts.say(t("locked.no"), true);
    try {
      const { span } = row, before = what === "length" ? span.out - span.in : span[what];
      const n = what === "length" ? this.clock.parseLength(field.value, before) : this.clock.parse(field.value, before);
      const next = what === "in" ? { in: n, out: span.out } : { in: span.in, out: what === "out" ? n : span.in + n };
      if (next.out <= next.in) throw new Unreadable(t("time.swapped", { in: this.clock.write(next.in), out: this.clock.write(next.out) }));
      if (next.out > this.cuts.frames) throw new Unreadable(t("time.beyond", { out: this.clock.write(next.out), end: this.clock.write(this.cuts.frames) }));
      this.#well(field);
      this.#trouble.textContent = "";
      if (what === "length") this.cuts.move(row.id, "out", next.out); else this.cuts.move(row.id, what, n);
      this.show(true);
      this.seek(what === "in" ? next.in : next.out);
    } catch (e) {
      if (!(e instanceof Unreadable)) throw e;
      field.setAttribute("aria-invalid", "true");
      this.#trouble.textContent = e.message;
    }
  }

  #well(field: HTMLInputElement): void { field.removeAttribute("aria-invalid"); }

  #wrote(name: keyof Texts, value: string): void {
    const row = this.cuts.selected;
    if (!row || this.cuts.readOnly) return;
    const speaker = row.intervention ? this.speakers.find(row.intervention) : undefined;
    if (!row.intervention) return this.cuts.write(row.id, { [name]: value.trim() });
    // The texts of an intervention are its own, in whichever cut list it stands.
    if (speaker) Object.assign(speaker, { [name]: value.trim() });
    Object.assign(row, { [name]: value.trim() });
    const id = row.intervention, saver = this.#savers.get(id) ?? this.#saver(id);
    saver.change({ ...saver.left, [name]: value.trim() });
    this.speakers.show();
  }

  #saver(id: string): Saver<Texts> {
    const s = new Saver<Texts>((texts) => call("PATCH", `/api/v1/interventions/${id}`, texts), this.told, `rostrum:texts:${id}`);
    this.#savers.set(id, s);
    return s;
  }
}

const input = (selector: string) => one<HTMLInputElement>(selector);
