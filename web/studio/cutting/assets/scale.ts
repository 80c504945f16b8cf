// Which part of the recording the timeline shows: pixels a frame, and how far it is scrolled. Time runs from left to right in every language.

export const closest = 10; // pixels a frame

export class Scale extends EventTarget {
  width = 1; // of the lanes, in CSS pixels
  left = 0; // whole pixels that are scrolled away
  #zoom = 0;

  constructor(readonly frames: number) { super(); }

  // least shows the whole recording.
  get least(): number { return this.width / Math.max(1, this.frames); }
  get zoom(): number { return Math.max(this.#zoom, Math.min(this.least, closest)); }
  get whole(): boolean { return this.zoom <= this.least * 1.0001; }

  x(frame: number): number { return frame * this.zoom - this.left; }
  frame(x: number): number { return (x + this.left) / this.zoom; }
  get from(): number { return this.frame(0); }
  get to(): number { return this.frame(this.width); }

  resize(width: number): void {
    if (width === this.width || width <= 0) return;
    const middle = this.frame(0);
    this.width = width;
    this.scroll(middle * this.zoom);
  }

  scroll(left: number): void {
    this.left = Math.round(Math.max(0, Math.min(left, this.frames * this.zoom - this.width)));
    this.dispatchEvent(new Event("change"));
  }

  // to changes the zoom and keeps a frame where it stands on the screen.
  zoomTo(zoom: number, around: number): void {
    const x = Math.max(0, Math.min(this.width, this.x(around)));
    this.#zoom = Math.max(this.least, Math.min(closest, zoom));
    this.scroll(around * this.zoom - x);
  }

  fit(): void {
    this.#zoom = 0;
    this.scroll(0);
  }

  // reveal scrolls only when a frame is not to be seen.
  reveal(frame: number, turn = false): void {
    const x = this.x(frame), edge = Math.min(40, this.width / 10);
    if (x >= edge && x <= this.width - edge || this.whole) return;
    this.scroll(frame * this.zoom - (turn ? this.width * 0.1 : x < edge ? this.width * 0.25 : this.width * 0.75));
  }
}
