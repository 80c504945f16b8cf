// One player: the element, its lists, source, captions, controls and keys put together, for the
// watch page and for the embed.

import { build, make } from "./chrome";
import { CaptionTracks } from "./captions";
import { clock, fill, readData, size, type Data } from "./data";
import { Keys } from "./keys";
import { withLists, type Media } from "./lists";
import { enableFirst, Notice } from "./listening";
import { recall, remember } from "./memory";
import { ModeSwitch } from "./mode";
import { Source } from "./source";

// Seconds from either end within which there is nothing to resume.
const resumeMargin = 10;

export class Stage {
  readonly data: Data = readData();
  readonly media: Media;
  readonly controller: HTMLElement;
  readonly source: Source;

  constructor() {
    const { data } = this;
    this.media = withLists(document.querySelector<HTMLVideoElement>("#stage video")!, data);
    enableFirst(this.media, data);
    this.source = new Source(this.media, data, recall("mode") === "sound" ? "sound" : "picture");
    const captions = new CaptionTracks(this.media, data);
    this.controller = build(this.media, data);
    new Keys(this.media, data, captions, this.controller);
    new ModeSwitch(this.source, this.controller);
    new Notice(this.media, this.controller);
    this.#troubles();
    this.#bounds();
    this.#resume();
  }

  // seek works before anything is loaded too: the browser keeps it as the place to begin.
  seek(t: number): void { this.media.currentTime = Math.max(0, t); }

  #troubles(): void {
    const { data, source } = this;
    const words = make("p", { role: "alert" });
    const retry = make("button", { type: "button", class: "button primary" }, data.words["retry"]!);
    const simple = make("button", { type: "button", class: "button" });
    const box = make("div", { class: "trouble", slot: "centered-chrome", noautohide: "", hidden: "" }, words, make("div", { class: "actions" }, retry, simple));
    this.controller.append(box);
    const hide = () => { box.hidden = true; this.controller.classList.remove("troubled"); };
    source.onWell = hide;
    source.onTrouble = (what) => {
      const gone = what === "media";
      retry.hidden = gone;
      const file = source.simpleFile;
      simple.hidden = gone || !file.path || this.media.currentSrc.endsWith(file.path);
      simple.textContent = fill(data.words["simple"]!, { size: size(file.bytes, data) });
      box.hidden = false;
      this.controller.classList.add("troubled");
      words.textContent = data.words["error." + what]!;
    };
    retry.addEventListener("click", () => { hide(); source.retry(); });
    simple.addEventListener("click", () => { hide(); source.simple(); });
  }

  // ?t= and ?end=: begin at one, stop once at the other; a viewer who goes on is not stopped again.
  #bounds(): void {
    const { data, media } = this;
    if (data.start > 0 && data.start < data.duration) this.seek(data.start);
    if (!data.end) return;
    const stop = () => {
      if (media.seeking || media.currentTime < data.end) return;
      media.removeEventListener("timeupdate", stop);
      if (media.currentTime < data.end + 1) media.pause();
    };
    media.addEventListener("timeupdate", stop);
  }

  #resume(): void {
    const { data, media } = this, key = "position:" + data.id;
    const kept = +(recall(key) ?? 0);
    if (kept > resumeMargin && kept < data.duration - resumeMargin && !data.start && !data.end) {
      this.seek(kept);
      const restart = make("button", { type: "button", class: "button small" }, data.words["restart"]!);
      const note = make("div", { class: "resumed", slot: "middle-chrome", noautohide: "" },
        make("span", {}, fill(data.words["resumed"]!, { time: clock(kept) })), restart);
      restart.addEventListener("click", () => { this.seek(0); note.remove(); void media.play().catch(() => {}); });
      this.controller.append(note);
      media.addEventListener("playing", () => setTimeout(() => note.remove(), 4000), { once: true });
    }
    let last = 0;
    const keep = () => {
      if (!media.currentTime || media.readyState < 1) return;
      const t = media.currentTime;
      remember(key, t > resumeMargin && t < media.duration - resumeMargin ? t.toFixed(1) : null);
    };
    media.addEventListener("timeupdate", () => {
      if (Math.abs(media.currentTime - last) < 5) return;
      last = media.currentTime;
      keep();
    });
    media.addEventListener("pause", keep);
    media.addEventListener("ended", () => remember(key, null));
    addEventListener("pagehide", keep);
  }
}
