// Applying the cuts: first in words and minutes what it will do, then how the work stands.

import { call } from "../../desk/assets/api";
import { make, one } from "../../desk/assets/dom";
import { elapsed, seconds } from "../../desk/assets/times";
import { toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import type { Clock } from "./clock";
import type { Cuts } from "./cuts";
import type { Keeping } from "./keeping";
import type { Changes } from "./recording";

export class Applying {
  readonly #dialog = one<HTMLDialogElement>("#apply-dialog");
  readonly #what = one("#apply-what");
  readonly #trouble = one("#apply-trouble");
  readonly #yes = one<HTMLButtonElement>("#apply-yes");
  // done is told when the interventions are being made.
  done: () => void = () => {};

  constructor(readonly recording: string, readonly keeping: Keeping, readonly cuts: Cuts, readonly clock: Clock, readonly surveyed: () => boolean) {
    one("#apply").addEventListener("click", () => void this.#open());
    one("#apply-no").addEventListener("click", () => this.#dialog.close());
    this.#yes.addEventListener("click", () => void this.#apply());
  }

  async #open(): Promise<void> {
    this.#trouble.textContent = "";
    this.#yes.disabled = true;
    this.#what.replaceChildren(make("p", { class: "soft" }, t("apply.looking")));
    this.#dialog.showModal();
    if (!await this.keeping.settled()) {
      this.#what.replaceChildren();
      return void (this.#trouble.textContent = t("apply.unsaved"));
    }
    let c: Changes;
    try { c = await call<Changes>("GET", `/api/v1/recordings/${this.recording}/draft/changes`); } catch (e) {
      this.#what.replaceChildren();
      return void (this.#trouble.textContent = e instanceof Error ? e.message : String(e));
    }
    const fresh = c.new ?? [], moved = c.moved ?? [], back = c.back ?? [], problems = c.problems ?? [], fatal = problems.some((p) => p.fatal), none = !fresh.length && !moved.length && !back.length;
    const part = (title: string, rows: HTMLElement[]) => rows.length ? [make("h3", {}, title), make("ul", { class: "changes" }, ...rows.slice(0, 100), ...(rows.length > 100 ? [make("li", { class: "soft" }, t("apply.more", { n: rows.length - 100 }))] : []))] : [];
    const shift = (n: number) => `${n > 0 ? "+" : "−"}${elapsed(Math.abs(seconds(n, this.clock.rate)))}`;
    const moves = (before: number, after: number, word: string) => before === after ? [] : [make("span", { class: "soft" }, t(word, { from: this.clock.write(before), to: this.clock.write(after), by: Math.abs(after - before) < this.clock.rate.num / this.clock.rate.den ? t("frames", { n: after - before }) : shift(after - before) }))];
    const numbered = (id: string) => { const r = this.cuts.find(id); return r ? `${this.cuts.number(r)}. ${this.cuts.name(r)}` : ""; };
    const text = (id: string) => id ? [make("strong", { dir: "auto" }, numbered(id)), " "] : [];
    this.#what.replaceChildren(
      ...(none && !problems.length ? [make("p", {}, t("apply.none"))] : []),
      ...(problems.length ? [make("ul", { class: "problems" }, ...problems.map((p) => make("li", { class: p.fatal ? "note bad" : "note warn", dir: "auto" }, ...text(String(p.row)), p.text)))] : []),
      ...part(t("apply.new", { n: fresh.length, length: elapsed(fresh.reduce((sum, x) => sum + x.length_s, 0)) }), fresh.map((x) => make("li", {}, make("span", { dir: "auto" }, numbered(x.row) || x.title), make("span", { class: "time soft" }, elapsed(x.length_s))))),
      ...part(t("apply.moved", { n: moved.length }), moved.map((x) => make("li", {}, make("span", { dir: "auto" }, x.title), ...moves(x.before.in, x.after.in, "apply.in"), ...moves(x.before.out, x.after.out, "apply.out"), ...(x.published ? [make("span", { class: "soft" }, t("apply.published"))] : [])))),
      ...part(t("apply.back", { n: back.length }), back.map((x) => make("li", {}, make("span", { dir: "auto" }, x.title)))),
      ...(c.same ? [make("p", { class: "soft" }, t("apply.same", { n: c.same }))] : []));
    if (fatal) this.#trouble.textContent = t("apply.fatal");
    else if (!this.surveyed()) this.#trouble.textContent = t("apply.early");
    this.#yes.disabled = fatal || none || this.cuts.readOnly || !this.surveyed();
    if (this.cuts.readOnly) this.#trouble.textContent = t("locked.no");
    (this.#yes.disabled ? one("#apply-no") : this.#yes).focus();
  }

  async #apply(): Promise<void> {
    this.#yes.disabled = true;
    this.#trouble.textContent = "";
    try {
      await call<Changes>("POST", `/api/v1/recordings/${this.recording}/draft/apply`, { number: this.keeping.number, holder: this.keeping.lock().holder });
      await this.keeping.fresh(true);
      this.#dialog.close();
      toast(t("applied"));
      this.done();
    } catch (e) {
      this.#trouble.textContent = e instanceof Error ? e.message : String(e);
      this.#yes.disabled = false;
    }
  }
}
