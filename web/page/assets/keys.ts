// The keys, as on media.ccc.de. Never with Alt, Ctrl or Meta; never while somebody types.

import type { CaptionTracks } from "./captions";
import type { Data } from "./data";
import type { Media } from "./lists";

const rates = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export class Keys {
  readonly help = document.querySelector<HTMLDialogElement>("dialog.keys");

  constructor(readonly media: Media, readonly data: Data, readonly captions: CaptionTracks, readonly controller: HTMLElement) {
    document.addEventListener("keydown", (e) => {
      if (e.defaultPrevented || e.altKey || e.ctrlKey || e.metaKey || this.help?.open || this.#typing(e)) return;
      if (this.#press(e.key, e)) e.preventDefault();
    });
    // A click, not a form: a sandboxed frame may not send forms, even to its own dialog.
    this.help?.querySelector("[data-close]")?.addEventListener("click", () => this.help!.close());
    this.help?.addEventListener("click", (e) => { if (e.target === this.help) this.help!.close(); });
    for (const b of document.querySelectorAll("[data-keys]")) b.addEventListener("click", () => this.help?.showModal());
  }

  #typing(e: KeyboardEvent): boolean {
    const path = e.composedPath().filter((t): t is HTMLElement => t instanceof HTMLElement);
    const arrow = e.key.startsWith("Arrow"), press = e.key === " " || e.key === "Enter";
    return path.some((t) => t.isContentEditable || /^(input|textarea|select)$/i.test(t.localName) && !(t instanceof HTMLInputElement && t.type === "range" && !arrow) ||
      /menu(-item)?$/.test(t.localName) || arrow && /range$/.test(t.localName) ||
      press && (/button$/.test(t.localName) || t.localName === "a" || t.localName === "summary"));
  }

  #press(key: string, e: KeyboardEvent): boolean {
    const m = this.media, inside = this.controller.contains(e.target as Node) || document.body.classList.contains("embedded");
    switch (key) {
      case " ": case "k": case "K": m.paused ? m.play().catch(() => {}) : m.pause(); return true;
      case "j": case "J": this.#seek(-10); return true;
      case "l": case "L": this.#seek(10); return true;
      // Time runs from left to right on the bar, in Arabic pages too.
      case "ArrowLeft": this.#seek(-5); return true;
      case "ArrowRight": this.#seek(5); return true;
      case "ArrowUp": case "ArrowDown":
        if (!inside) return false; // elsewhere they scroll the page
        m.volume = Math.min(1, Math.max(0, m.volume + (key === "ArrowUp" ? 0.05 : -0.05)));
        m.muted = false;
        return true;
      case ",": m.pause(); this.#seek(-1 / this.data.frameRate); return true;
      case ".": m.pause(); this.#seek(1 / this.data.frameRate); return true;
      case "<": m.playbackRate = rates.findLast((r) => r < m.playbackRate) ?? rates[0]!; return true;
      case ">": m.playbackRate = rates.find((r) => r > m.playbackRate) ?? rates.at(-1)!; return true;
      case "m": case "M": m.muted = !m.muted; return true;
      case "f": case "F":
        if (document.fullscreenElement) void document.exitFullscreen();
        else if (document.fullscreenEnabled) void this.controller.requestFullscreen().catch(() => {});
        return true;
      case "c": case "C": this.captions.toggle(); return true;
      case "+": case "=": this.captions.larger(1); return true;
      case "-": case "−": this.captions.larger(-1); return true;
      case "?": this.help?.showModal(); return true;
    }
    if (/^[0-9]$/.test(key)) {
      m.currentTime = +key / 10 * (m.duration || this.data.duration);
      return true;
    }
    return false;
  }

  #seek(by: number): void {
    const m = this.media, end = m.duration || this.data.duration;
    m.currentTime = Math.min(Math.max(m.currentTime + by, 0), end);
  }
}
