// A file of a delivery: what it is for, and how far it is on its way.

import { make } from "../../desk/assets/dom";
import { t } from "../../desk/assets/words";
import { languageName, left, moment, percent, size, speed } from "./figures";
import type { DeliveryFile, Kind } from "./server";
import type { Transfer } from "./transfer";

const kinds: Kind[] = ["recording", "sound", "captions", "sheet"];

// The six of the United Nations first; then those in which partners read.
const tags = ["en", "fr", "ar", "es", "ru", "zh", "de", "fa", "hi", "id", "it", "ja", "ko", "ms", "nl", "pl", "pt", "sw", "th", "tr", "uk", "ur", "vi"];

export interface FileActs {
  sort(row: FileRow, change: Partial<DeliveryFile>): void;
  move(row: FileRow, by: number): void;
  remove(row: FileRow): void;
  choose(row: FileRow): void;
}

export class FileRow {
  readonly element = make("li", { class: "file" });
  said: DeliveryFile | undefined; // as the server says
  transfer: Transfer | undefined;
  handle = false; // the browser may open it again
  expires = "";

  #name = make("span", { class: "name", dir: "auto" });
  #size = make("span", { class: "soft size" });
  #kind = make("select", { class: "kind" });
  #language = make("select", { class: "language" });
  #bar = make("progress", { max: "1" });
  #how = make("p", { class: "how" });
  #go = make("button", { type: "button", class: "go" });
  #up = make("button", { type: "button", class: "quiet icon" }, "↑");
  #down = make("button", { type: "button", class: "quiet icon" }, "↓");
  #remove = make("button", { type: "button", class: "quiet icon" }, "×");

  constructor(acts: FileActs, name: string) {
    this.#kind.append(...kinds.map((k) => make("option", { value: k }, t(`kind.${k}`))));
    this.#kind.setAttribute("aria-label", t("file.kind", { name }));
    this.#language.setAttribute("aria-label", t("file.language", { name }));
    this.#bar.setAttribute("aria-label", t("file.progress", { name }));
    this.#name.textContent = name;
    for (const [b, key] of [[this.#up, "file.up"], [this.#down, "file.down"], [this.#remove, "file.remove"]] as const) {
      b.setAttribute("aria-label", t(key, { name }));
      b.title = t(key, { name });
    }
    this.#kind.addEventListener("change", () => acts.sort(this, { kind: this.#kind.value as Kind }));
    this.#language.addEventListener("change", () => acts.sort(this, { language: this.#language.value }));
    this.#up.addEventListener("click", () => acts.move(this, -1));
    this.#down.addEventListener("click", () => acts.move(this, 1));
    this.#remove.addEventListener("click", () => acts.remove(this));
    this.#go.addEventListener("click", () => {
      const x = this.transfer;
      if (!x || x.unreadable) acts.choose(this);
      else if (x.active) x.pause();
      else x.go();
    });
    this.element.append(make("div", { class: "line" }, make("p", { class: "what" }, this.#name, " ", this.#size), make("div", { class: "do" }, this.#go, this.#up, this.#down, this.#remove)),
      make("div", { class: "for" }, this.#kind, this.#language), make("div", { class: "way" }, this.#bar, this.#how));
  }

  get name(): string { return this.said?.name ?? this.transfer?.file.name ?? ""; }
  get bytes(): number { return this.said?.bytes ?? this.transfer?.file.size ?? 0; }
  get here(): boolean { return Boolean(this.said?.sha256) || this.transfer?.state === "arrived"; }
  get received(): number { return this.here ? this.bytes : Math.max(this.said?.received ?? 0, this.transfer?.received ?? 0, this.transfer?.sent ?? 0); }
  get moving(): boolean { return this.transfer?.active ?? false; }

  // paint shows how it stands. parts says whether it is one of several parts, fixed that nothing may be changed any more.
  paint(parts: boolean, fixed: boolean): void {
    this.#size.textContent = size(this.bytes);
    this.#kind.disabled = this.#language.disabled = fixed || !this.said;
    this.#remove.disabled = fixed;
    this.#up.hidden = this.#down.hidden = !parts || this.said?.kind !== "recording";
    this.#up.disabled = this.#down.disabled = fixed;
    if (this.said && document.activeElement !== this.#kind) this.#kind.value = this.said.kind;
    this.#languages();
    this.progress();
  }

  // progress shows how far it has come.
  progress(): void {
    const x = this.transfer, state = this.here ? "arrived" : x?.state ?? "away";
    this.element.dataset["state"] = state;
    this.#bar.value = this.bytes ? this.received / this.bytes : 0;
    this.#bar.hidden = this.here;
    const how = this.#words(state);
    if (this.#how.textContent !== how) this.#how.textContent = how;
    const go = { arrived: "", sending: "pause", waiting: "pause", retrying: "pause", paused: "resume", failed: x?.unreadable ? "choose" : "again", away: this.handle ? "resume" : "choose" }[state];
    this.#go.hidden = !go;
    if (go && this.#go.dataset["go"] !== go) {
      this.#go.dataset["go"] = go;
      this.#go.textContent = t(`file.${go}`);
      this.#go.setAttribute("aria-label", t(`file.${go}.of`, { name: this.name }));
    }
  }

  #words(state: string): string {
    const x = this.transfer, part = percent(this.received, this.bytes);
    switch (state) {
      case "arrived": return t("file.here");
      case "sending": {
        const v = x!.speed, words = [part];
        if (v > 0) words.push(speed(v), left((this.bytes - this.received) / v));
        return words.join(" · ");
      }
      case "waiting": return this.received > 0 ? `${part} · ${t("file.waiting")}` : t("file.waiting");
      case "paused": return t("file.paused", { part });
      case "retrying": return `${part} · ${x!.why}`;
      case "failed": return x!.why;
    }
    return [t("file.away", { part }), this.expires ? t("file.until", { time: moment(this.expires) }) : ""].join(" ").trim();
  }

  #languages(): void {
    const f = this.said, spoken = f?.kind === "sound" || f?.kind === "captions", e = this.#language;
    e.hidden = !spoken;
    if (!f || !spoken || document.activeElement === e) return;
    const value = f.language ?? "", options: [string, string][] = [["", t("file.language.none")]];
    if (f.kind === "sound") options.push(["floor", t("file.language.floor")]);
    for (const tag of value && value !== "floor" && !tags.includes(value) ? [value, ...tags] : tags) options.push([tag, languageName(tag)]);
    e.replaceChildren(...options.map(([v, text]) => make("option", { value: v }, text)));
    e.value = value;
    if (value) e.removeAttribute("aria-invalid");
    else e.setAttribute("aria-invalid", "true");
  }
}
