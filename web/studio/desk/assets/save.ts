// Saving by itself: what was changed is sent a moment later, one request at a time, and kept in this browser until the server has it.

import { Refusal } from "./api";
import { t } from "./words";

const quietTime = 600; // milliseconds without a change
const retryTime = 4000; // milliseconds after a failure that may pass

// Saver keeps one value. The state is told in words: saving, saved, or why not.
export class Saver<T> {
  #value: T | undefined;
  #timer = 0;
  #busy = false;

  // key names the value in this browser's memory, "" keeps nothing there.
  constructor(readonly send: (value: T) => Promise<void>, readonly tell: (state: "saving" | "saved" | "unsaved", words: string) => void, readonly key = "") {
    addEventListener("online", () => void this.flush());
    addEventListener("beforeunload", (e) => { if (this.#value !== undefined && !this.key) e.preventDefault(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) void this.flush(); });
  }

  // left is what an earlier window could not send.
  get left(): T | undefined {
    try { return this.key ? JSON.parse(localStorage.getItem(this.key) ?? "null") ?? undefined : undefined; } catch { return undefined; }
  }

  get pending(): boolean { return this.#value !== undefined || this.#busy; }

  change(value: T, wait = quietTime): void {
    this.#value = value;
    this.#keep(value);
    this.tell("saving", t("saving"));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), wait);
  }

  // drop forgets what could not be sent: somebody has decided otherwise.
  drop(): void {
    clearTimeout(this.#timer);
    this.#value = undefined;
    this.#keep(undefined);
  }

  async flush(): Promise<void> {
    if (this.#busy || this.#value === undefined) return;
    clearTimeout(this.#timer);
    const value = this.#value;
    this.#value = undefined;
    this.#busy = true;
    try {
      await this.send(value);
      this.#busy = false;
      if (this.#value !== undefined) return this.flush();
      this.#keep(undefined);
      this.tell("saved", t("saved"));
    } catch (e) {
      this.#busy = false;
      this.#value ??= value;
      const offline = e instanceof Refusal && e.status === 0;
      this.tell("unsaved", offline ? t("offline") : t("unsaved", { why: e instanceof Error ? e.message : String(e) }));
      if (!(e instanceof Refusal) || e.again) this.#timer = setTimeout(() => void this.flush(), retryTime);
    }
  }

  #keep(value: T | undefined): void {
    if (!this.key) return;
    try {
      if (value === undefined) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify(value));
    } catch { /* no memory here */ }
  }
}
