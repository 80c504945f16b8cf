// The transcript as a way through the video: the line being said is marked, a click goes there, and
// the text follows until the reader scrolls.

import type { Stage } from "./stage";

export class TranscriptView {
  #root = document.getElementById("transcript")!;
  #lines: HTMLElement[] = [];
  #starts: number[] = [];
  #current = -1;
  #following = true;
  #ownScroll = 0; // until this time (performance.now) scrolling is ours

  constructor(readonly stage: Stage) {
    this.#bind();
    stage.media.addEventListener("timeupdate", () => this.#mark());
    stage.media.addEventListener("seeked", () => this.#mark());
    for (const kind of ["wheel", "touchmove"] as const) {
      addEventListener(kind, (e) => { if (!this.#inPanel || this.#root.contains(e.target as Node)) this.#follow(false); }, { passive: true });
    }
    addEventListener("keydown", (e) => { if (/^(Page|Home|End)/.test(e.key)) this.#follow(false); });
    this.#root.addEventListener("scroll", () => { if (performance.now() > this.#ownScroll) this.#follow(false); }, { capture: true, passive: true });
    this.#root.addEventListener("click", (e) => this.#click(e));
  }

  // On wide screens the text scrolls in a panel of its own; on phones the page scrolls, and then it
  // follows only for who has touched a line or asked for it.
  get #inPanel(): boolean { return getComputedStyle(this.#text).overflowY === "auto"; }
  get #text(): HTMLElement { return this.#root.querySelector<HTMLElement>(".text")!; }

  #bind(): void {
    this.#lines = [...this.#root.querySelectorAll<HTMLElement>("span[data-at]")];
    this.#starts = this.#lines.map((l) => +l.dataset["at"]!);
    this.#current = -1;
    this.#following = this.#inPanel;
    for (const e of this.#root.querySelectorAll<HTMLElement>("[data-script]")) e.hidden = false;
    this.#root.classList.add("live");
  }

  #click(e: MouseEvent): void {
    const target = e.target as HTMLElement;
    const at = target.closest<HTMLElement>("[data-at]");
    if (target.closest("[data-print]")) return window.print();
    if (target.closest("[data-follow]")) { this.#follow(true); this.#scroll(); return; }
    const other = target.closest<HTMLAnchorElement>(".others a");
    const plain = !(e.ctrlKey || e.metaKey || e.shiftKey || e.altKey || e.button);
    if (other && plain) {
      e.preventDefault();
      void this.#exchange(other.href);
    } else if (at && plain && !getSelection()?.toString()) { // selecting words is not a jump
      e.preventDefault();
      this.stage.seek(+at.dataset["at"]!);
      this.#follow(true);
      void this.stage.media.play().catch(() => {});
    }
  }

  // exchange brings the transcript in another language without stopping the video.
  async #exchange(href: string): Promise<void> {
    try {
      const answer = await fetch(href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("transcript");
      if (!answer.ok || !fresh) throw new Error("no transcript");
      this.#root.replaceChildren(...fresh.children);
      history.replaceState(null, "", href.replace(/#.*/, ""));
      this.#bind();
      this.#mark();
      this.#root.querySelector<HTMLElement>(".others [aria-current]")?.focus();
    } catch {
      location.href = href;
    }
  }

  #mark(): void {
    const t = this.stage.media.currentTime + 0.05;
    let i = this.#starts.findLastIndex((s) => s <= t);
    if (!this.stage.media.currentTime && this.stage.media.paused) i = -1;
    if (i === this.#current) return;
    this.#lines[this.#current]?.removeAttribute("aria-current");
    this.#current = i;
    this.#lines[i]?.setAttribute("aria-current", "true");
    this.#scroll();
  }

  #follow(on: boolean): void {
    if (!this.#lines.length) return;
    if (this.#following === on) return;
    this.#following = on;
    const button = this.#root.querySelector<HTMLElement>("[data-follow]");
    if (button) button.hidden = on;
  }

  #scroll(): void {
    const line = this.#lines[this.#current];
    if (!this.#following || !line) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    this.#ownScroll = performance.now() + 1000;
    if (this.#inPanel) {
      const box = this.#text, top = line.getBoundingClientRect().top - box.getBoundingClientRect().top;
      if (top < 0 || top > box.clientHeight * 0.6) box.scrollTo({ top: box.scrollTop + top - box.clientHeight * 0.3, behavior });
    } else {
      const sticky = document.getElementById("stage")!.getBoundingClientRect().bottom, top = line.getBoundingClientRect().top;
      if (top < sticky + 16 || top > innerHeight * 0.8) scrollTo({ top: scrollY + top - sticky - 32, behavior });
    }
  }
}
