// What is known of the viewer's line and machine before anything is loaded, and what that means for the rung that is taken.

import { side, type Data, type Picture } from "./data";

interface Connection extends EventTarget { saveData?: boolean; effectiveType?: string; downlink?: number }

// Mbit/s and below which a line counts as slow: the 480p rung and its sound with room to spare.
const slowLine = 1.5;

// Mbit/s from which a line that was thought slow is not: the 720p rung with room to spare.
const fastLine = 3;

// Side in pixels of the largest picture that a line paid by the megabyte gets unless the viewer asks for more.
export const savingSide = 360;

const isAV1 = (codecs: string | undefined) => !!codecs?.startsWith("av01");

export class Line {
  #av1 = false;

  // ready is when it is known whether AV1 is preferred.
  readonly ready: Promise<void>;

  constructor(readonly data: Data) {
    this.ready = this.thrifty ? this.#ask() : Promise.resolve();
  }

  get connection(): Connection | undefined { return (navigator as Navigator & { connection?: Connection }).connection; }
  get saving(): boolean { return this.connection?.saveData === true; }

  get thrifty(): boolean {
    const c = this.connection;
    return this.saving || /^(slow-)?[23]g$/.test(c?.effectiveType ?? "") || (c?.downlink !== undefined && c.downlink > 0 && c.downlink < slowLine);
  }

  // AV1 saves four bytes in ten and costs the machine more: it is for slow lines, where it plays smoothly.
  async #ask(): Promise<void> {
    const p = this.data.pictures.find((p) => isAV1(p.codecs));
    if (!p || !navigator.mediaCapabilities) return;
    try {
      const info = await navigator.mediaCapabilities.decodingInfo({
        type: "media-source",
        video: { contentType: `video/mp4; codecs="${p.codecs}"`, width: p.width, height: p.height, framerate: p.rate, bitrate: Math.ceil(p.bytes * 8 / this.data.duration) },
      });
      this.#av1 = info.supported && info.smooth;
    } catch {
      // a browser that cannot say gets H.264
    }
  }

  // preferred keeps the rungs in the codec to be taken; all of them where there is none in it.
  preferred<T>(rungs: T[], codecs: (rung: T) => string | undefined): T[] {
    const kept = rungs.filter((r) => isAV1(codecs(r)) === this.#av1);
    return kept.length ? kept : rungs;
  }

  get av1(): boolean { return this.#av1; }

  // measured takes what a player has measured, in bit/s, and says whether AV1 was preferred for nothing: it ends at 480p.
  measured(estimate: number): boolean {
    if (!this.#av1 || this.saving || estimate < fastLine * 1e6) return false;
    this.#av1 = false;
    return true;
  }

  // expected is the rung that will probably be taken in a player of so many device pixels. Wish is the side that the viewer
  // asked for, 0 for none.
  expected(wish: number, pixels: number): Picture | undefined {
    const { data } = this;
    if (wish) {
      const same = data.pictures.filter((p) => side(p) === wish);
      return this.preferred(same, (p) => p.codecs)[0];
    }
    let rungs = this.preferred(data.pictures, (p) => p.codecs).toReversed(); // smallest first
    const fitting = rungs.findIndex((p) => Math.max(p.width, p.height) >= pixels);
    if (fitting >= 0) rungs = rungs.slice(0, fitting + 1);
    if (this.saving) rungs = rungs.filter((p, i) => !i || side(p) <= savingSide);
    const downlink = this.connection?.downlink || Infinity, line = 1e6 * (this.thrifty ? Math.min(downlink, slowLine) : downlink);
    // A player keeps three tenths of a line in reserve.
    return rungs.findLast((p) => p.bytes * 8 / data.duration < 0.7 * line) ?? rungs[0];
  }
}
