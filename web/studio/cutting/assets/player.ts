// Picture and sound by frame numbers. One element keeps the time: the sound that was chosen, in the preview, whose picture may have gaps;
// else the picture. The other one is kept in step with it.

import type Hls from "hls.js";
import { one } from "../../desk/assets/dom";
import { t } from "../../desk/assets/words";
import type { Rate } from "../../desk/assets/times";
import { place, type Recording, type Span } from "./recording";
import type { Stills } from "./stills";

const apart = 0.06; // seconds by which picture and sound may differ
const forward = [1, 2, 4];
const tryAgain = 5_000; // milliseconds

export class Player extends EventTarget {
  frame = 0;
  readonly video = one<HTMLVideoElement>(".picture video");
  readonly audio = new Audio();
  readonly #gap = one(".picture .gap");
  readonly #gapStill = one<HTMLCanvasElement>(".picture .gap canvas");
  readonly #offset: number; // seconds at which the timeline begins in the file
  mode: "original" | "preview" | "sound";
  channel = ""; // "" is the file's own sound
  loop: Span | undefined;
  #hls: Hls | undefined;
  #covered: Span[] | undefined; // of the preview; undefined: everything
  #encoded = 0; // the share that was there when the playlist was loaded, -1 when it could not be
  #share = 0; // the share that is there, as far as we know
  #speed = 0; // 0 stands; negative runs backwards
  #wanted: number | undefined; // where a seek under way goes next
  #back = { at: 0, from: 0 };
  #corrected = 0;

  constructor(readonly recording: Recording, readonly rate: Rate, readonly stills: Stills | undefined) {
    super();
    this.#offset = recording.original_offset ?? 0;
    this.#encoded = this.#share = recording.encoded;
    this.mode = !recording.picture ? "sound" : recording.playable && recording.original_url ? "original" : "preview";
    this.audio.preload = "auto";
    this.video.addEventListener("error", () => { if (this.mode === "original") this.#open("preview"); });
    for (const m of [this.video, this.audio]) {
      m.addEventListener("seeked", () => { if (m === this.#main) this.#seeked(); });
      m.addEventListener("ended", () => { if (m === this.#main) this.stop(); });
      m.addEventListener("loadeddata", () => this.#place());
    }
    this.#open(this.mode);
    requestAnimationFrame(() => this.#tick());
  }

  get playing(): boolean { return this.#speed !== 0; }
  get speed(): number { return this.#speed; }
  get ready(): boolean { return this.#main.readyState >= 2; }
  get end(): number { return this.recording.frames; }

  // listen chooses what is heard: a channel, or "" for the file's own sound.
  listen(channel: string): void {
    const url = this.recording.channels?.find((c) => c.name === channel)?.listen_url ?? "", speed = this.#speed;
    if (speed) this.stop();
    this.channel = url ? channel : "";
    this.video.muted = this.channel !== "" || this.mode === "preview";
    this.audio.pause();
    if (url) this.audio.src = place(url); else this.audio.removeAttribute("src");
    this.#place();
    if (speed > 0) this.play(speed);
  }

  seek(frame: number): void {
    this.frame = Math.max(0, Math.min(this.end, Math.round(frame)));
    this.#back = { at: performance.now(), from: this.frame };
    this.#place();
    this.#told();
  }

  step(by: number): void {
    this.stop();
    this.seek(this.frame + by);
  }

  // glimpse shows a picture without moving the playhead.
  glimpse(frame: number): void {
    this.#goTo(Math.max(0, Math.min(this.end - 1, frame)));
  }

  toggle(): void { if (this.playing) this.stop(); else this.play(); }

  play(speed = 1): void {
    if (this.frame >= this.end - 1) this.seek(this.loop?.in ?? 0);
    this.#speed = speed;
    if (speed < 0) {
      this.#pause();
      this.#back = { at: performance.now(), from: this.frame };
    } else {
      this.video.playbackRate = this.audio.playbackRate = speed;
      this.#place();
      const trouble = (e: unknown) => { if (e instanceof DOMException && e.name === "NotAllowedError") this.stop(); };
      this.#main.play().catch(trouble);
      const other = this.#other;
      if (other && this.#shows(this.frame)) other.play().catch(() => {});
    }
    this.#told();
  }

  stop(): void {
    if (!this.#speed) return;
    const forward = this.#speed > 0;
    this.#speed = 0;
    this.#pause();
    if (forward) this.frame = this.#now();
    this.seek(this.frame); // exactly on the frame that is counted
  }

  // shuttle is J (-1) and L (1): again and again is faster.
  shuttle(way: 1 | -1): void {
    const now = this.#speed * way;
    this.play(way * (now > 0 ? forward[forward.indexOf(now) + 1] ?? forward.at(-1)! : 1));
  }

  // encoded tells how much of the preview is there now. It is loaded anew only where that shows something, since the picture blinks then.
  encoded(share: number): void {
    this.#share = share;
    if (this.mode === "preview" && share > this.#encoded && (!this.#shows(this.frame) || share >= 1 && !this.playing)) this.#again();
  }

  #again(): void {
    this.#encoded = this.#share;
    void this.#open("preview");
  }

  get #main(): HTMLMediaElement { return this.mode === "sound" || this.mode === "preview" && this.channel ? this.audio : this.video; }
  get #other(): HTMLMediaElement | undefined {
    return this.mode === "sound" || !this.channel ? undefined : this.#main === this.audio ? this.video : this.audio;
  }

  // at is the media time in the middle of a frame, so that no rounding shows its neighbour.
  #time(m: HTMLMediaElement, frame: number): number {
    return (Math.min(frame, this.end - 1) + 0.5) * this.rate.den / this.rate.num + (m === this.video && this.mode === "original" ? this.#offset : 0);
  }

  #now(): number {
    const m = this.#main, second = m.currentTime - (m === this.video && this.mode === "original" ? this.#offset : 0);
    return Math.max(0, Math.min(this.end, Math.floor(second * this.rate.num / this.rate.den + 0.001)));
  }

  #shows(frame: number): boolean { return !this.#covered || this.#covered.some((s) => s.in <= frame && frame < s.out); }

  #place(): void { this.#goTo(this.frame); }

  // goTo seeks everything to a frame; while one seek is under way, only the last wish is kept.
  #goTo(frame: number): void {
    this.#cover(frame);
    const m = this.#main;
    if (m.seeking) {
      this.#wanted = frame;
      return;
    }
    this.#wanted = undefined;
    const to = this.#time(m, frame), other = this.#other;
    if ((m === this.audio || this.#shows(frame)) && Math.abs(m.currentTime - to) > 1e-4) m.currentTime = to;
    if (other && (other === this.audio || this.#shows(frame))) other.currentTime = this.#time(other, frame);
  }

  #seeked(): void {
    if (this.#wanted !== undefined) this.#goTo(this.#wanted);
  }

  #pause(): void {
    this.video.pause();
    this.audio.pause();
  }

  #told(): void { this.dispatchEvent(new Event("change")); }

  #tick(): void {
    requestAnimationFrame(() => this.#tick());
    if (!this.#speed) return;
    if (this.#speed < 0) {
      const gone = (performance.now() - this.#back.at) / 1000 * -this.#speed * this.rate.num / this.rate.den;
      this.frame = Math.max(0, Math.round(this.#back.from - gone));
      this.#place();
      if (this.frame === 0) this.stop();
      return this.#told();
    }
    if (this.#main.seeking) return;
    const before = this.frame;
    this.frame = this.#now();
    if (this.loop && this.frame >= this.loop.out) return this.seek(this.loop.in);
    this.#step();
    if (this.frame !== before) {
      this.#cover(this.frame);
      this.#told();
    }
  }

  // step keeps the other element beside the one that tells the time.
  #step(): void {
    const other = this.#other, main = this.#main;
    if (!other || other.seeking) return;
    const there = other === this.audio || this.#shows(this.frame);
    if (!there) return other.pause();
    if (other.paused && !main.paused) other.play().catch(() => {});
    const shift = (m: HTMLMediaElement) => m === this.video && this.mode === "original" ? this.#offset : 0;
    const off = other.currentTime - shift(other) - (main.currentTime - shift(main)), now = performance.now();
    if (Math.abs(off) <= apart || now - this.#corrected < 400 || other.readyState < 2 && now - this.#corrected < 2000) return;
    this.#corrected = now;
    other.currentTime = main.currentTime - shift(main) + shift(other);
  }

  // cover lays the nearest still over a picture that is not there yet.
  #cover(frame: number): void {
    const hidden = this.mode !== "preview" || this.#shows(frame);
    this.#gap.hidden = hidden;
    if (!hidden && this.#encoded >= 0 && this.#share > this.#encoded) this.#again();
    if (hidden || !this.stills) return;
    const { width, height } = this.stills.of, c = this.#gapStill.getContext("2d");
    if (this.#gapStill.width !== width) {
      this.#gapStill.width = width;
      this.#gapStill.height = height;
    }
    if (c) this.stills.draw(c, this.stills.nearest(frame), 0, 0, width, height);
  }

  recover(): void { this.#cover(this.frame); }

  async #open(mode: "original" | "preview" | "sound"): Promise<void> {
    const speed = this.#speed;
    this.mode = mode;
    if (mode === "original") {
      this.video.src = place(this.recording.original_url);
      this.listen(this.channel);
      return;
    }
    const first = this.recording.channels?.find((c) => c.listen_url)?.name ?? "";
    if (mode === "preview") {
      this.#covered ??= []; // until the playlist says more
      this.#hls?.destroy();
      this.#hls = undefined;
      this.video.removeAttribute("src");
    }
    if (!this.channel || !this.audio.src) this.listen(this.channel || first);
    this.#cover(this.frame);
    this.dispatchEvent(new Event("mode"));
    if (mode === "sound" || !this.recording.preview_url) return;
    const { default: Library } = await import("hls.js");
    if (!Library.isSupported()) {
      this.#covered = undefined;
      this.video.src = place(this.recording.preview_url);
      return;
    }
    const hls = this.#hls = new Library({ enableWorker: false, startPosition: this.#time(this.video, this.frame), maxBufferLength: 20, backBufferLength: 20 });
    hls.on(Library.Events.LEVEL_LOADED, (_, { details }) => {
      this.#covered = covered(details.fragments, this.rate);
      this.#place();
      if (speed > 0) this.play(speed);
    });
    hls.on(Library.Events.ERROR, (_, e) => {
      if (!e.fatal) return;
      if (e.type === Library.ErrorTypes.MEDIA_ERROR) return hls.recoverMediaError();
      hls.destroy(); // nothing is encoded yet, or the line is down
      this.#encoded = -1;
      setTimeout(() => this.encoded(this.#share), tryAgain);
    });
    hls.loadSource(place(this.recording.preview_url));
    hls.attachMedia(this.video);
  }
}

function covered(fragments: readonly { start: number; duration: number; gap?: boolean }[], rate: Rate): Span[] {
  const all: Span[] = [], frame = (s: number) => Math.round(s * rate.num / rate.den);
  for (const f of fragments) {
    if (f.gap) continue;
    const span = { in: frame(f.start), out: frame(f.start + f.duration) }, last = all.at(-1);
    if (last && last.out === span.in) last.out = span.out; else all.push(span);
  }
  return all;
}

// speedOf says how fast and which way.
export const speedOf = (speed: number) => speed === 0 ? t("stands") : speed < 0 ? t("backwards", { n: -speed }) : `${speed}×`;
