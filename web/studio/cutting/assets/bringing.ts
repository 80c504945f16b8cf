// Bringing a cut list from elsewhere: a file or a text is dropped, pasted or chosen; what was understood of it is shown in words, every
// assumption can be changed and is read again, and nothing is taken before somebody has looked.

import { call } from "../../desk/assets/api";
import { make, one } from "../../desk/assets/dom";
import { typing } from "../../desk/assets/keys";
import { failed } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import type { Clock } from "./clock";
import type { Cuts } from "./cuts";
import { textsOf, type Problem, type Texts } from "./recording";
import type { Speakers } from "./speakers";

interface Read {
  format: string;
  understood: string[] | null;
  assumed: { key: string; text: string; value: string; choices: { value: string; label: string }[] | null }[] | null;
  problems: Problem[] | null;
  rows: (Texts & { number: string | number; in: number; out: number; in_text: string; out_text: string; match: { intervention: string; name: string; certainty: string } | null })[] | null;
}

const most = 3 << 20; // bytes that are sent at once
const page = 200; // rows that are shown at first

export class Bringing {
  readonly #dialog = one<HTMLDialogElement>("#bring");
  readonly #start = one("#bring-start");
  readonly #seen = one("#bring-seen");
  readonly #text = one<HTMLTextAreaElement>("#bring-text");
  readonly #status = one("#bring-status");
  #name = "";
  #data = "";
  #assumptions: Record<string, string> = {};
  #read: Read | undefined;
  #matches: string[] = [];

  constructor(readonly recording: string, readonly cuts: Cuts, readonly clock: Clock, readonly speakers: Speakers) {
    one("#import").addEventListener("click", () => this.open());
    one("#bring-read").addEventListener("click", () => void this.#take(this.#text.value ? new File([this.#text.value], "pasted.txt", { type: "text/plain" }) : undefined));
    one<HTMLInputElement>("#bring-file").addEventListener("change", (e) => void this.#take((e.target as HTMLInputElement).files?.[0]));
    one("#bring-again").addEventListener("click", () => this.open());
    for (const b of this.#dialog.querySelectorAll("[data-close]")) b.addEventListener("click", () => this.#dialog.close());
    one("#bring-add").addEventListener("click", () => this.#accept(false));
    one("#bring-replace").addEventListener("click", () => this.#accept(true));
    document.addEventListener("paste", (e) => {
      const to = e.composedPath()[0];
      if (to instanceof HTMLElement && to.matches("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
      const file = e.clipboardData?.files[0], text = e.clipboardData?.getData("text/plain") ?? "";
      if (!file && !text.trim()) return;
      e.preventDefault();
      void this.#take(file ?? new File([text], "pasted.txt", { type: "text/plain" }));
    });
    const files = (e: DragEvent) => e.dataTransfer?.types.some((x) => x === "Files" || x === "text/plain") && !e.dataTransfer.types.includes("application/x-rostrum");
    document.addEventListener("dragover", (e) => {
      if (!files(e) || typing(e as unknown as KeyboardEvent)) return;
      e.preventDefault();
      document.body.classList.add("dropping");
    });
    document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) document.body.classList.remove("dropping"); });
    document.addEventListener("drop", (e) => {
      document.body.classList.remove("dropping");
      if (!files(e) || typing(e as unknown as KeyboardEvent)) return;
      e.preventDefault();
      const file = e.dataTransfer?.files[0], text = e.dataTransfer?.getData("text/plain") ?? "";
      void this.#take(file ?? (text ? new File([text], "dropped.txt") : undefined));
    });
  }

  open(): void {
    this.#start.hidden = false;
    this.#seen.hidden = true;
    this.#status.textContent = "";
    one<HTMLInputElement>("#bring-file").value = "";
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#text.focus();
  }

  async #take(file: File | undefined): Promise<void> {
    if (!this.#dialog.open) this.open();
    if (!file) return void (this.#status.textContent = t("bring.nothing"));
    if (file.size > most) return void (this.#status.textContent = t("bring.large", { most: most >> 20 }));
    this.#name = file.name;
    this.#assumptions = {};
    const bytes = new Uint8Array(await file.arrayBuffer());
    let s = "";
    for (let i = 0; i < bytes.length; i += 8192) s += String.fromCharCode(...bytes.subarray(i, i + 8192));
    this.#data = btoa(s);
    await this.#understand();
  }

  async #understand(): Promise<void> {
    this.#status.textContent = t("bring.reading");
    try {
      this.#read = await call<Read>("POST", `/api/v1/recordings/${this.recording}/cutlist`, { name: this.#name, data: this.#data, assumptions: this.#assumptions });
    } catch (e) {
      this.#status.textContent = e instanceof Error ? e.message : String(e);
      return;
    }
    this.#matches = (this.#read.rows ?? []).map((r) => r.match && r.match.certainty !== "none" ? r.match.intervention : "");
    this.#show();
  }

  #show(focus = ""): void {
    const r = this.#read!, rows = r.rows ?? [], problems = r.problems ?? [], fatal = problems.filter((p) => p.fatal).length;
    this.#start.hidden = true;
    this.#seen.hidden = false;
    one("#bring-title").textContent = t("bring.found", { n: rows.length, format: r.format || this.#name });
    one("#bring-understood").replaceChildren(...(r.understood ?? []).map((s) => make("li", { dir: "auto" }, s)));
    one("#bring-assumed").replaceChildren(...(r.assumed ?? []).map((a, i) => {
      const id = `assumed-${i}`, select = make("select", { id, "data-key": a.key }, ...(a.choices ?? []).map((c) => make("option", { value: c.value, ...(c.value === a.value ? { selected: "" } : {}) }, c.label || c.value || "–")));
      select.addEventListener("change", async () => {
        this.#assumptions = { ...this.#assumptions, [a.key]: select.value };
        await this.#understand();
        this.#seen.querySelector<HTMLElement>(`select[data-key="${CSS.escape(a.key)}"]`)?.focus();
      });
      return make("div", { class: "field" }, make("label", { for: id, dir: "auto" }, a.text), select);
    }));
    const known = new Set(rows.map((x) => String(x.number)));
    one("#bring-problems").replaceChildren(...problems.filter((p) => !known.has(String(p.row))).map((p) => make("li", { class: p.fatal ? "note bad" : "note warn", dir: "auto" }, p.text)));
    this.#rows(Math.min(rows.length, page));
    const no = fatal > 0 || rows.length === 0 || this.cuts.readOnly;
    one<HTMLButtonElement>("#bring-add").disabled = no;
    one<HTMLButtonElement>("#bring-replace").disabled = no;
    this.#status.textContent = this.cuts.readOnly ? t("locked.no") : fatal ? t("bring.fatal", { n: fatal }) : t("bring.good", { n: rows.length });
    if (!focus) one("#bring-title").focus();
  }

  #rows(count: number): void {
    const r = this.#read!, rows = r.rows ?? [], body = one("#bring-rows");
    body.replaceChildren(...rows.slice(0, count).map((row, i) => {
      const own = (r.problems ?? []).filter((p) => String(p.row) === String(row.number)), placed = row.out > row.in;
      return make("tr", { class: own.some((p) => p.fatal) ? "bad" : own.length ? "warn" : "" },
        make("td", { class: "number" }, String(row.number)),
        make("td", { class: "time" }, placed ? this.clock.write(row.in) : row.in_text, make("br"), placed ? this.clock.write(row.out) : row.out_text),
        make("td", {}, make("span", { dir: "auto" }, row.title ?? ""), ...own.map((p) => make("p", { class: p.fatal ? "problem bad" : "problem", dir: "auto" }, p.text))),
        make("td", {}, make("span", { dir: "auto" }, row.speaker ?? ""), ...(row.organisation ? [make("br"), make("small", { class: "soft", dir: "auto" }, row.organisation)] : [])),
        make("td", {}, this.#match(i), ...(row.match ? [make("small", { class: `sure-${row.match.certainty}` }, t(`match.${this.#matches[i] === (row.match.intervention || "") ? row.match.certainty : "chosen"}`))] : [])));
    }), ...(count < rows.length ? [make("tr", {}, make("td", { colspan: "5" }, this.#more(rows.length)))] : []));
  }

  #more(all: number): HTMLElement {
    const b = make("button", { type: "button" }, t("bring.all", { n: all }));
    b.addEventListener("click", () => this.#rows(all));
    return b;
  }

  // match is the choice of a speaker; its list is filled when it is opened, since there may be thousands.
  #match(i: number): HTMLElement {
    const row = this.#read!.rows![i]!, chosen = this.#matches[i] ?? "", who = this.speakers.find(chosen);
    const select = make("select", { "aria-label": t("bring.match", { row: row.number }) }, make("option", { value: chosen, selected: "" }, chosen ? who?.speaker || row.match?.name || chosen : t("bring.new")));
    const fill = () => {
      if (select.options.length > 1) return;
      const now = select.value;
      select.replaceChildren(make("option", { value: "" }, t("bring.new")), ...this.speakers.all.map((s) => make("option", { value: s.id }, [s.position, s.speaker || s.title].join(". "))));
      if (now && !this.speakers.find(now)) select.append(make("option", { value: now }, row.match?.name ?? now));
      select.value = now;
    };
    for (const e of ["focus", "pointerdown"]) select.addEventListener(e, fill);
    select.addEventListener("change", () => { this.#matches[i] = select.value; });
    return select;
  }

  #accept(instead: boolean): void {
    const rows = this.#read?.rows ?? [], used = new Set<string>();
    const all = rows.map((r, i) => {
      const id = this.#matches[i] ?? "", who = id && !used.has(id) ? this.speakers.find(id) : undefined;
      if (id) used.add(id);
      return { span: { in: r.in, out: r.out }, texts: who ? textsOf(who) : textsOf(r), intervention: who ? id : "" };
    });
    try {
      this.cuts.addAll(all, t("did.brought", { n: all.length, name: this.#name }), instead);
      this.#dialog.close();
      this.cuts.say(t("did.brought", { n: all.length, name: this.#name }));
    } catch (e) { failed(e); }
  }
}
