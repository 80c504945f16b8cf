// The timeline: lanes that are painted, edges that are dragged, and the overview of the whole above them.

import { one } from "../../desk/assets/dom";
import { language, t } from "../../desk/assets/words";
import type { Clock } from "./clock";
import type { Cuts, Edge } from "./cuts";
import { coloursOf, lanesOf, paint, type Lanes, type Marker } from "./paint";
import { Scale } from "./scale";
import { nameOf, type Row, type Suggestion } from "./recording";
import type { Stills } from "./stills";
import type { Wave } from "./wave";

const near = 7; // pixels in which an edge is taken, or snaps

export interface Host { frame: number; seek(frame: number): void; glimpse(frame: number): void }

export class Timeline {
  snap = true;
  handles: number; // frames that are shown as spare on either side of the selected cut
  markers: Marker[] = [];
  ghosts: Suggestion[] = [];
  readonly #lanes = one(".lanes");
  readonly #canvas = one<HTMLCanvasElement>(".lanes .paint");
  readonly #head = one(".lanes .playhead");
  readonly #tip = one(".lanes .tip");
  readonly #overview = one(".overview");
  readonly #over = one<HTMLCanvasElement>(".overview canvas");
  readonly #window = one(".overview .window");
  readonly #overHead = one(".overview .head-line");
  readonly #edges: Record<Edge, HTMLElement> = { in: one(".lanes .edge.in"), out: one(".lanes .edge.out") };
  #place: Lanes = lanesOf(100, false);
  #snapAt: number | undefined;
  #due = false;
  #overDue = true;
  #columns: Float32Array | undefined;
  #dragging = false;

  constructor(readonly scale: Scale, readonly cuts: Cuts, readonly clock: Clock, readonly wave: Wave, readonly stills: Stills | undefined, readonly host: Host) {
    this.handles = Math.round(clock.rate.num / clock.rate.den);
    scale.addEventListener("change", () => this.draw());
    cuts.addEventListener("rows", () => { this.#overDue = true; this.draw(); });
    cuts.addEventListener("select", () => this.draw());
    if (stills) stills.arrived = () => this.draw();
    new ResizeObserver(() => this.#resize()).observe(this.#lanes);
    new MutationObserver(() => this.recolour()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    this.#lanes.addEventListener("pointerdown", (e) => this.#press(e));
    this.#lanes.addEventListener("pointermove", (e) => this.#hover(e));
    this.#lanes.addEventListener("pointerleave", () => { if (!this.#dragging) this.#tip.hidden = true; });
    this.#lanes.addEventListener("dblclick", (e) => {
      const row = this.#cutAt(this.#at(e));
      if (row) host.seek(row.span.in);
    });
    this.#lanes.addEventListener("wheel", (e) => this.#wheel(e), { passive: false });
    for (const edge of ["in", "out"] as const) {
      const e = this.#edges[edge];
      e.addEventListener("focus", () => { if (cuts.selected) cuts.select(cuts.selected.id, edge); });
      e.addEventListener("keydown", (k) => {
        const by = ({ ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -25, PageUp: 25 } as Record<string, number>)[k.key], row = cuts.selected;
        if (!by || !row || k.ctrlKey || k.altKey || k.metaKey) return;
        k.preventDefault();
        cuts.move(row.id, edge, row.span[edge] + by * (k.shiftKey ? 10 : 1));
        host.seek(row.span[edge]);
      });
    }
    this.#overview.addEventListener("pointerdown", (e) => this.#scrub(e, this.#overview, (x) => x / this.#overview.clientWidth * scale.frames));
    this.#resize();
  }

  recolour(): void {
    this.wave.draw();
    this.#overDue = true;
    this.draw();
  }

  // heard tells that the waveform has come.
  heard(): void {
    this.#columns = undefined;
    this.#overDue = true;
    this.draw();
  }

  draw(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#paint();
      if (this.#overDue) this.#paintOverview();
      this.#overDue = false;
      this.moved();
    });
  }

  // moved puts the playhead where the picture is.
  moved(): void {
    const f = this.host.frame, x = this.scale.x(f), s = this.scale;
    this.#head.style.transform = `translateX(${Math.round(x)}px)`;
    this.#head.hidden = x < -1 || x > s.width + 1;
    const all = this.#overview.clientWidth;
    this.#overHead.style.transform = `translateX(${Math.round(f / Math.max(1, s.frames) * all)}px)`;
    this.#overview.setAttribute("aria-valuenow", String(f));
    this.#overview.setAttribute("aria-valuetext", this.clock.write(f));
  }

  zoom(by: number, around = this.host.frame): void { this.scale.zoomTo(this.scale.zoom * by, around); }

  #resize(): void {
    const width = this.#lanes.clientWidth, height = this.#lanes.clientHeight;
    if (!width || !height) return;
    this.#place = lanesOf(height, this.stills !== undefined);
    this.#lanes.style.setProperty("--wave-top", `${this.#place.wave}px`);
    this.#lanes.style.setProperty("--wave-end", `${height - this.#place.stills}px`);
    this.#lanes.style.setProperty("--cuts-top", `${this.#place.cuts}px`);
    fit(this.#canvas, width, height);
    fit(this.#over, this.#overview.clientWidth, this.#overview.clientHeight);
    this.#columns = undefined;
    this.#overDue = true;
    this.scale.resize(width);
    this.wave.follow();
    this.draw();
  }

  #paint(): void {
    const c = this.#canvas.getContext("2d");
    if (!c) return;
    const { scale, cuts, clock, stills, markers, ghosts, handles } = this;
    const style = getComputedStyle(this.#lanes);
    c.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    paint(c, { scale, cuts, clock, stills, markers, ghosts, handles, lanes: this.#place, colours: coloursOf(this.#lanes), silences: this.wave.silences, snapAt: this.#snapAt, font: `12px ${style.fontFamily}` });
    const row = cuts.selected;
    for (const edge of ["in", "out"] as const) {
      const e = this.#edges[edge], x = row ? scale.x(row.span[edge]) : -99;
      e.hidden = !row || x < -8 || x > scale.width + 8;
      if (!row) continue;
      e.style.transform = `translateX(${Math.round(x)}px)`;
      e.classList.toggle("chosen", cuts.edge === edge);
      e.setAttribute("aria-label", t(edge === "in" ? "edge.in" : "edge.out", { who: cuts.name(row) }));
      e.setAttribute("aria-valuemax", String(scale.frames));
      e.setAttribute("aria-valuenow", String(row.span[edge]));
      e.setAttribute("aria-valuetext", clock.write(row.span[edge]));
      e.setAttribute("aria-disabled", String(cuts.readOnly));
    }
    const all = this.#overview.clientWidth, n = Math.max(1, scale.frames);
    this.#window.style.transform = `translateX(${scale.from / n * all}px)`;
    this.#window.style.inlineSize = `${Math.max(6, Math.min(1, (scale.to - scale.from) / n) * all)}px`;
    this.#window.hidden = scale.whole;
  }

  #paintOverview(): void {
    const c = this.#over.getContext("2d"), width = this.#overview.clientWidth, height = this.#overview.clientHeight;
    if (!c || !width) return;
    const colours = coloursOf(this.#lanes), n = Math.max(1, this.scale.frames);
    c.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    c.clearRect(0, 0, width, height);
    const peaks = this.wave.peaks;
    if (peaks && !this.#columns) {
      this.#columns = new Float32Array(width);
      for (let i = 0; i < peaks.length; i++) {
        const x = Math.min(width - 1, Math.floor(i / peaks.length * width)), v = Math.abs(peaks[i]!);
        if (v > this.#columns[x]!) this.#columns[x] = v;
      }
    }
    c.fillStyle = colours.edge;
    c.globalAlpha = 0.55;
    this.#columns?.forEach((v, x) => c.fillRect(x, height / 2 - v * height * 0.42, 1, Math.max(1, v * height * 0.84)));
    for (const r of this.cuts.rows) {
      c.fillStyle = this.cuts.overlaps(r.id) ? colours.bad : r.intervention ? colours.accent : colours.warn;
      c.globalAlpha = 0.75;
      c.fillRect(r.span.in / n * width, height - 5, Math.max(1, (r.span.out - r.span.in) / n * width - 0.5), 5);
      c.globalAlpha = 0.12;
      c.fillRect(r.span.in / n * width, 0, (r.span.out - r.span.in) / n * width, height - 5);
    }
    c.globalAlpha = 1;
  }

  #at(e: PointerEvent | MouseEvent): { x: number; y: number } {
    const box = this.#lanes.getBoundingClientRect();
    return { x: e.clientX - box.left, y: e.clientY - box.top };
  }

  #cutAt({ x, y }: { x: number; y: number }): Row | undefined {
    if (y < this.#place.cuts || y >= this.#place.wave) return undefined;
    return this.cuts.at(Math.floor(this.scale.frame(x)));
  }

  // edgeAt finds the edge under the pointer, the selected cut's before others'.
  #edgeAt({ x, y }: { x: number; y: number }): { row: Row; edge: Edge } | undefined {
    if (y < this.#place.cuts || y >= this.#place.wave) return undefined;
    const s = this.scale, reach = near / s.zoom, at = s.frame(x), now = this.cuts.selected;
    let best: { row: Row; edge: Edge; off: number } | undefined;
    for (const row of this.cuts.rows) {
      if (row.span.out < at - reach || row.span.in > at + reach || (row.span.out - row.span.in) * s.zoom < 3 * near && row !== now) continue;
      for (const edge of ["in", "out"] as const) {
        const off = Math.abs(row.span[edge] - at) * s.zoom - (row === now ? near : 0);
        if (Math.abs(row.span[edge] - at) <= reach && (!best || off < best.off)) best = { row, edge, off };
      }
    }
    return best;
  }

  #press(e: PointerEvent): void {
    if (e.button !== 0) return;
    const handle = e.target instanceof Element ? e.target.closest<HTMLElement>(".edge") : null, row = this.cuts.selected;
    if (handle && row) {
      const edge = handle.classList.contains("in") ? "in" : "out";
      handle.focus({ preventScroll: true });
      return this.#drag(e, row, edge);
    }
    const at = this.#at(e), found = this.#edgeAt(at);
    if (found) {
      this.cuts.select(found.row.id, found.edge);
      return this.#drag(e, found.row, found.edge);
    }
    const cut = this.#cutAt(at), marker = this.#markerAt(at);
    if (cut) return this.cuts.select(cut.id, at.x - this.scale.x(cut.span.in) <= this.scale.x(cut.span.out) - at.x ? "in" : "out");
    if (marker) return this.host.seek(marker.at);
    this.#scrub(e, this.#lanes, (x) => this.scale.frame(x));
  }

  #markerAt({ x, y }: { x: number; y: number }): Marker | undefined {
    if (y < this.#place.markers || y >= this.#place.cuts) return undefined;
    return this.markers.find((m) => Math.abs(this.scale.x(m.at) - x) <= 8);
  }

  #scrub(e: PointerEvent, on: HTMLElement, frame: (x: number) => number): void {
    if (e.button !== 0) return;
    const left = on.getBoundingClientRect().left, go = (m: PointerEvent) => this.host.seek(Math.max(0, Math.min(this.scale.frames, Math.floor(frame(m.clientX - left)))));
    const overview = on === this.#overview;
    go(e);
    if (overview) this.scale.reveal(this.host.frame);
    this.#hold(e, on, (m) => { go(m); if (overview) this.scale.reveal(this.host.frame); }, () => {});
  }

  // hold follows the pointer until it is let go, or Escape is pressed.
  #hold(e: PointerEvent, on: HTMLElement, move: (e: PointerEvent) => void, end: (kept: boolean) => void): void {
    this.#dragging = true;
    on.setPointerCapture(e.pointerId);
    const stop = new AbortController(), { signal } = stop;
    const done = (kept: boolean) => {
      stop.abort();
      this.#dragging = false;
      this.#tip.hidden = true;
      end(kept);
    };
    on.addEventListener("pointermove", move, { signal });
    on.addEventListener("pointerup", () => done(true), { signal });
    on.addEventListener("pointercancel", () => done(false), { signal });
    document.addEventListener("keydown", (k) => {
      if (k.key !== "Escape") return;
      k.preventDefault();
      k.stopPropagation();
      done(false);
    }, { signal, capture: true });
  }

  #drag(e: PointerEvent, row: Row, edge: Edge): void {
    e.preventDefault();
    if (this.cuts.readOnly) return this.cuts.say(t("locked.no"), true);
    const before = { ...row.span }, off = this.#at(e).x - this.scale.x(row.span[edge]);
    let to = row.span[edge];
    this.#hold(e, this.#lanes, (m) => {
      const { x, y } = this.#at(m);
      const free = Math.round(this.scale.frame(x - off)), snapped = this.snap !== m.shiftKey ? this.snapped(free, row) : undefined;
      to = this.cuts.fits({ ...row, span: before }, edge, snapped ?? free);
      this.#snapAt = to === snapped ? to : undefined;
      row.span[edge] = to;
      this.host.glimpse(edge === "in" ? to : to - 1);
      this.#show(x, y, `${this.clock.write(to)} · ${this.clock.length(row.span.out - row.span.in)}${this.#snapAt === undefined ? "" : ` · ${t("snapped")}`}`);
      this.draw();
    }, (kept) => {
      this.#snapAt = undefined;
      row.span = before;
      if (kept) this.cuts.move(row.id, edge, to);
      this.host.seek(kept ? to : before[edge]);
      this.draw();
    });
  }

  // snapped finds what an edge snaps to: silences, the playhead, and the edges of other cuts.
  snapped(frame: number, row: Row): number | undefined {
    const reach = near / this.scale.zoom, found: number[] = [this.host.frame];
    for (const q of this.wave.silences) {
      if (q.out < frame - reach) continue;
      if (q.in > frame + reach) break;
      found.push(q.in, q.out);
    }
    for (const r of this.cuts.rows) if (r !== row) found.push(r.span.in, r.span.out);
    let best: number | undefined;
    for (const f of found) if (Math.abs(f - frame) <= reach && (best === undefined || Math.abs(f - frame) < Math.abs(best - frame))) best = f;
    return best;
  }

  #hover(e: PointerEvent): void {
    if (this.#dragging) return;
    const at = this.#at(e), edge = this.#edgeAt(at), cut = this.#cutAt(at), marker = this.#markerAt(at);
    this.#lanes.classList.toggle("at-edge", edge !== undefined);
    const f = Math.max(0, Math.min(this.scale.frames, Math.floor(this.scale.frame(at.x))));
    this.#show(at.x, at.y, marker ? marker.title || t(`marker.${marker.kind}`) : cut ? `${nameOf(cut) || t("cut.nobody")} · ${this.clock.length(cut.span.out - cut.span.in)}` : this.clock.write(f), f);
  }

  #show(x: number, y: number, words: string, still?: number): void {
    const tip = this.#tip, canvas = one<HTMLCanvasElement>("canvas", tip), picture = still !== undefined && this.stills && y >= this.#place.wave;
    one("p", tip).textContent = words;
    canvas.hidden = !picture;
    if (picture && this.stills) {
      const w = 160, h = Math.round(160 / this.stills.aspect);
      fit(canvas, w, h);
      const c = canvas.getContext("2d");
      c?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      if (c) this.stills.draw(c, this.stills.nearest(still), 0, 0, w, h);
    }
    tip.hidden = false;
    tip.style.transform = `translate(${Math.round(Math.max(4, Math.min(x + 12, this.scale.width - tip.offsetWidth - 4)))}px, ${Math.round(Math.max(0, Math.min(y - tip.offsetHeight - 10, this.#place.height - tip.offsetHeight)))}px)`;
  }

  #wheel(e: WheelEvent): void {
    e.preventDefault();
    const unit = e.deltaMode === 1 ? 16 : 1;
    if (e.ctrlKey || e.metaKey) return this.zoom(Math.exp(-e.deltaY * unit * 0.004), this.scale.frame(this.#at(e).x));
    const by = Math.abs(e.deltaX) > Math.abs(e.deltaY) ? e.deltaX : e.deltaY;
    this.scale.scroll(this.scale.left + by * unit);
  }
}

function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  canvas.width = Math.max(1, Math.round(width * devicePixelRatio));
  canvas.height = Math.max(1, Math.round(height * devicePixelRatio));
  canvas.style.inlineSize = `${width}px`;
  canvas.style.blockSize = `${height}px`;
}

export const percent = new Intl.NumberFormat(language, { style: "percent" });
