// Suggestions: ghosts on the timeline and a list, to take one by one or all together. What was put aside stays so for this session.

import { call, Refusal } from "../../desk/assets/api";
import { make, one } from "../../desk/assets/dom";
import { t } from "../../desk/assets/words";
import type { Clock } from "./clock";
import type { Cuts } from "./cuts";
import { textsOf, type Suggestion } from "./recording";
import type { Speakers } from "./speakers";

const sources = ["silence", "chapters", "schedule", "marks"];

export class Suggestions {
  #all: Suggestion[] = [];
  #aside: Set<string>;
  readonly #list = one("#suggestions");
  readonly #count = one("#suggestions-count");
  readonly #empty = one("#suggestions-empty");
  readonly #from = one<HTMLSelectElement>("#suggest-from");
  shown: (all: Suggestion[]) => void = () => {};

  constructor(readonly recording: string, readonly cuts: Cuts, readonly speakers: Speakers, readonly clock: Clock, readonly seek: (frame: number) => void) {
    this.#aside = new Set(recall(this.#key));
    cuts.addEventListener("rows", () => this.show());
    this.#from.addEventListener("change", () => this.show());
    this.#list.addEventListener("click", (e) => {
      const b = e.target instanceof Element ? e.target.closest<HTMLButtonElement>("button[data-do]") : null, item = b?.closest<HTMLElement>("li"), s = this.#all.find((x) => x.id === item?.dataset["id"]);
      if (!b || !item || !s) return;
      const next = item.nextElementSibling ?? item.previousElementSibling, to = next?.querySelector<HTMLButtonElement>(`[data-do=${b.dataset["do"]}]`)?.closest("li")?.dataset["id"];
      if (b.dataset["do"] === "look") return this.seek(s.span.in);
      if (b.dataset["do"] === "take") this.take(s); else this.#dismiss(s);
      // The focus goes on to the next one, so that a list is worked through by one key.
      requestAnimationFrame(() => (to ? this.#list.querySelector<HTMLElement>(`li[data-id="${CSS.escape(to)}"] [data-do=${b.dataset["do"]}]`) : one("#tab-suggestions"))?.focus());
    });
    one("#suggest-all").addEventListener("click", () => this.takeAll());
  }

  get #key(): string { return `rostrum:aside:${this.recording}`; }

  async load(): Promise<void> {
    try {
      this.#all = await call<Suggestion[] | null>("GET", `/api/v1/recordings/${this.recording}/suggestions?from=${sources.join(",")}`) ?? [];
      this.#empty.textContent = t("suggest.empty");
    } catch (e) {
      this.#all = [];
      this.#empty.textContent = e instanceof Refusal ? e.message : t("suggest.empty");
    }
    this.show();
  }

  get open(): Suggestion[] {
    const from = this.#from.value, near = this.clock.rate.num / this.clock.rate.den;
    return this.#all.filter((s) => (!from || s.source === from) && !this.#aside.has(s.id) &&
      !this.cuts.rows.some((r) => Math.abs(r.span.in - s.span.in) <= near && Math.abs(r.span.out - s.span.out) <= near));
  }

  show(): void {
    const open = this.open, few = open.slice(0, 300);
    this.#count.textContent = String(open.length);
    this.#empty.hidden = open.length > 0;
    one<HTMLButtonElement>("#suggest-all").disabled = open.length === 0 || this.cuts.readOnly;
    this.#list.replaceChildren(...few.map((s) => {
      const who = s.planned ? this.speakers.find(s.planned) : undefined, title = who ? [who.speaker, who.title].filter(Boolean).join(" · ") : s.title || t(`source.${s.source}`);
      return make("li", { "data-id": s.id, class: s.sure ? "sure" : "" },
        make("button", { type: "button", class: "quiet look", "data-do": "look", title: t("suggest.look", { what: title }) },
          make("span", { class: "name", dir: "auto" }, title), make("span", { class: "time" }, `${this.clock.write(s.span.in)} · ${this.clock.length(s.span.out - s.span.in)}`)),
        make("p", { class: "why", dir: "auto" }, s.why),
        make("p", { class: "do" },
          make("button", { type: "button", "data-do": "take", "aria-label": t("suggest.take.it", { what: title }), ...(this.cuts.readOnly ? { disabled: "" } : {}) }, t("suggest.take")),
          make("button", { type: "button", class: "quiet", "data-do": "dismiss", "aria-label": t("suggest.dismiss.it", { what: title }) }, t("suggest.dismiss"))));
    }));
    this.shown(open);
  }

  take(s: Suggestion): void {
    const x = this.cut(s);
    this.cuts.add(x.span, x.texts, x.intervention);
  }

  takeAll(): void {
    const all: ReturnType<Suggestions["cut"]>[] = [];
    // Of several that propose the same, the surest, and of those the first.
    for (const s of this.open.toSorted((a, b) => Number(b.sure) - Number(a.sure) || a.span.in - b.span.in)) {
      if (all.some((x) => x.span.in < s.span.out && s.span.in < x.span.out) || this.cuts.rows.some((r) => r.span.in < s.span.out && s.span.in < r.span.out)) continue;
      all.push(this.cut(s));
    }
    if (!all.length) return this.cuts.say(t("suggest.overlap"), true);
    this.cuts.addAll(all, t("did.suggested", { n: all.length }));
    this.cuts.say(t("did.suggested", { n: all.length }));
  }

  cut(s: Suggestion) {
    const who = s.planned ? this.speakers.find(s.planned) : undefined, free = who && !this.cuts.of(who.id);
    return { span: s.span, texts: who ? textsOf(who) : textsOf({ title: s.title }), intervention: free ? who.id : "" };
  }

  #dismiss(s: Suggestion): void {
    this.#aside.add(s.id);
    try { sessionStorage.setItem(this.#key, JSON.stringify([...this.#aside])); } catch { /* no memory here */ }
    this.show();
  }
}

function recall(key: string): string[] {
  try { return JSON.parse(sessionStorage.getItem(key) ?? "[]") as string[]; } catch { return []; }
}
