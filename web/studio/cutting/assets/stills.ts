// Stills of the recording, from the contact sheets of the survey.

import { place, type StillSheets } from "./recording";

export class Stills {
  readonly #sheets = new Map<number, HTMLImageElement>();
  // arrived is told when another sheet can be drawn.
  arrived: () => void = () => {};

  constructor(readonly of: StillSheets) {}

  get aspect(): number { return this.of.width / Math.max(1, this.of.height); }

  // nearest is the last still that was taken at or before a frame.
  nearest(frame: number): number {
    const { frames, every, count } = this.of;
    if (!frames?.length) return Math.max(0, Math.min(count - 1, Math.floor(frame / Math.max(1, every))));
    let low = 0, high = frames.length - 1;
    while (low < high) {
      const middle = low + high + 1 >> 1;
      if (frames[middle]! <= frame) low = middle; else high = middle - 1;
    }
    return low;
  }

  // draw paints still n, and says whether it was there to paint.
  draw(to: CanvasRenderingContext2D, n: number, x: number, y: number, width: number, height: number): boolean {
    const { columns, rows, width: w, height: h } = this.of, sheet = this.#sheet(Math.floor(n / (columns * rows))), i = n % (columns * rows);
    if (!sheet?.complete || !sheet.naturalWidth) return false;
    to.drawImage(sheet, i % columns * w, Math.floor(i / columns) * h, w, h, x, y, width, height);
    return true;
  }

  #sheet(n: number): HTMLImageElement | undefined {
    const known = this.#sheets.get(n), url = this.of.sheets[n];
    if (known || !url) return known;
    const image = new Image();
    image.addEventListener("load", () => this.arrived());
    image.src = place(url);
    this.#sheets.set(n, image);
    return image;
  }
}
