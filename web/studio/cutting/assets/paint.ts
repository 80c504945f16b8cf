// What is painted over the timeline's lanes: ruler, markers, cuts, silences, stills.

import { base } from "../../desk/assets/times";
import { t } from "../../desk/assets/words";
import type { Clock } from "./clock";
import type { Cuts } from "./cuts";
import type { Row, Span, Suggestion } from "./recording";
import { nameOf } from "./recording";
import type { Scale } from "./scale";
import type { Stills } from "./stills";

export interface Marker { at: number; kind: "chapter" | "comment" | "mark"; title: string }

// lanes are where everything stands, in CSS pixels from the top; waves and stills share what is left.
export interface Lanes { ruler: number; markers: number; cuts: number; wave: number; stills: number; height: number }

export function lanesOf(height: number, stills: boolean): Lanes {
  const board = stills ? Math.round(Math.min(64, height * 0.24)) : 0;
  return { ruler: 0, markers: 24, cuts: 44, wave: 90, stills: height - board, height };
}

type Colours = Record<"ink" | "soft" | "line" | "edge" | "accent" | "accent-ink" | "wash" | "bad" | "bad-wash" | "warn" | "good" | "sheet" | "raised" | "mark", string>;

export function coloursOf(e: Element): Colours {
  const style = getComputedStyle(e), names = ["ink", "soft", "line", "edge", "accent", "accent-ink", "wash", "bad", "bad-wash", "warn", "good", "sheet", "raised", "mark"] as const;
  return Object.fromEntries(names.map((n) => [n, style.getPropertyValue(`--${n}`).trim()])) as Colours;
}

// steps of the ruler, in seconds.
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];

export interface Picture {
  scale: Scale; cuts: Cuts; clock: Clock; lanes: Lanes; colours: Colours; stills: Stills | undefined;
  silences: readonly Span[]; markers: readonly Marker[]; ghosts: readonly Suggestion[]; handles: number; snapAt: number | undefined; font: string;
}

export function paint(c: CanvasRenderingContext2D, p: Picture): void {
  const { scale: s, lanes } = p;
  c.clearRect(0, 0, s.width, lanes.height);
  c.textBaseline = "middle";
  paintSilences(c, p);
  paintStills(c, p);
  paintRuler(c, p);
  paintGhosts(c, p);
  paintCuts(c, p);
  paintMarkers(c, p);
  if (p.snapAt !== undefined) {
    c.strokeStyle = p.colours.good;
    c.setLineDash([3, 3]);
    line(c, s.x(p.snapAt), lanes.cuts, lanes.height);
    c.setLineDash([]);
  }
}

function line(c: CanvasRenderingContext2D, x: number, from: number, to: number): void {
  c.beginPath();
  c.moveTo(Math.round(x) + 0.5, from);
  c.lineTo(Math.round(x) + 0.5, to);
  c.stroke();
}

function paintRuler(c: CanvasRenderingContext2D, { scale: s, clock, lanes, colours, font }: Picture): void {
  c.fillStyle = colours.raised;
  c.fillRect(0, 0, s.width, lanes.markers);
  c.strokeStyle = colours.line;
  line(c, -1, 0, 0);
  c.fillRect(0, lanes.markers - 1, s.width, 1);
  const b = base(clock.rate), frames = [1, 5, ...steps.map((n) => n * b)];
  const step = frames.find((n) => n * s.zoom >= (n < b ? 96 : 84)) ?? frames.at(-1)!;
  const small = [1, 2, 5, 10].map((n) => step / n).filter((n) => Number.isInteger(n) && n * s.zoom >= 7).at(-1) ?? step;
  c.font = font;
  for (let f = Math.floor(s.from / small) * small; f <= Math.min(s.to, clock.frames); f += small) {
    const x = s.x(f), main = f % step === 0;
    c.strokeStyle = main ? colours.edge : colours.line;
    line(c, x, main ? 6 : 16, lanes.markers);
    if (!main) continue;
    c.fillStyle = colours.soft;
    c.fillText(clock.short(f, step), x + 4, 10);
  }
}

function paintSilences(c: CanvasRenderingContext2D, { scale: s, silences, lanes, colours }: Picture): void {
  c.fillStyle = colours.edge;
  c.globalAlpha = 0.22;
  for (const q of visible(silences, s)) {
    const x = s.x(q.in), w = s.x(q.out) - x;
    if (w >= 1) c.fillRect(x, lanes.wave, w, lanes.stills - lanes.wave);
  }
  c.globalAlpha = 1;
}

function paintStills(c: CanvasRenderingContext2D, { scale: s, stills, lanes, colours }: Picture): void {
  const height = lanes.height - lanes.stills;
  if (!stills || height < 12) return;
  const h = height - 4, w = Math.round(h * stills.aspect), left = Math.floor(s.left / w) * w - s.left;
  for (let x = left; x < s.width; x += w) {
    const frame = Math.max(0, s.frame(x));
    if (frame >= s.frames) break;
    if (!stills.draw(c, stills.nearest(frame), x, lanes.stills + 4, w - 1, h)) {
      c.fillStyle = colours.raised;
      c.fillRect(x, lanes.stills + 4, w - 1, h);
    }
  }
}

function paintGhosts(c: CanvasRenderingContext2D, { scale: s, ghosts, lanes, colours }: Picture): void {
  c.setLineDash([4, 3]);
  for (const g of ghosts) {
    const x = s.x(g.span.in), w = s.x(g.span.out) - x;
    if (x > s.width || x + w < 0) continue;
    c.strokeStyle = colours.soft;
    c.strokeRect(Math.round(x) + 0.5, lanes.cuts + 2.5, Math.max(1, Math.round(w) - 1), lanes.wave - lanes.cuts - 7);
    label(c, g.title, x, w, lanes.cuts + (lanes.wave - lanes.cuts - 2) / 2, colours.soft);
  }
  c.setLineDash([]);
}

function paintCuts(c: CanvasRenderingContext2D, p: Picture): void {
  const { scale: s, cuts, lanes, colours } = p, top = lanes.cuts + 2, height = lanes.wave - lanes.cuts - 6, now = cuts.selected;
  const one = (r: Row) => {
    const x = s.x(r.span.in), w = Math.max(1.5, s.x(r.span.out) - x), chosen = r === now;
    if (x > s.width || x + w < 0) return;
    const overlap = cuts.overlaps(r.id), tint = overlap ? colours.bad : r.intervention || chosen ? colours.accent : colours.warn;
    c.fillStyle = tint;
    c.globalAlpha = chosen ? 0.2 : 0.09;
    c.fillRect(x, lanes.wave, w, lanes.height - lanes.wave);
    c.globalAlpha = 1;
    c.fillStyle = colours.sheet; // over the ghosts
    c.beginPath();
    c.roundRect(x, top, Math.max(1, w - (w > 4 ? 1 : 0)), height, Math.min(4, w / 3));
    c.fill();
    c.fillStyle = tint;
    c.globalAlpha = chosen ? 1 : 0.28;
    c.fill();
    c.globalAlpha = 1;
    if (w > 3) {
      c.strokeStyle = tint;
      c.lineWidth = chosen ? 2 : 1;
      c.setLineDash(r.intervention || chosen ? [] : [3, 2]);
      c.stroke();
      c.setLineDash([]);
      c.lineWidth = 1;
    }
    if (w < 26) return;
    const number = String(cuts.number(r)), name = nameOf(r) || t("cut.nobody");
    label(c, `${number}  ${overlap ? "⚠ " : ""}${name}`, x, w, top + height / 2, chosen ? (overlap ? colours.sheet : colours["accent-ink"]) : colours.ink, p.font);
  };
  for (const r of visibleRows(cuts.rows, s)) if (r !== now) one(r);
  if (now) {
    one(now);
    const x1 = s.x(now.span.in), x2 = s.x(now.span.out), spare = p.handles * s.zoom;
    c.fillStyle = colours.accent;
    c.globalAlpha = 0.07;
    c.fillRect(Math.max(s.x(0), x1 - spare), lanes.cuts, x1 - Math.max(s.x(0), x1 - spare), lanes.height - lanes.cuts);
    c.fillRect(x2, lanes.cuts, Math.min(s.x(s.frames), x2 + spare) - x2, lanes.height - lanes.cuts);
    c.globalAlpha = 1;
  }
  if (cuts.begun !== undefined) {
    c.strokeStyle = colours.good;
    c.fillStyle = colours.good;
    const x = s.x(cuts.begun);
    line(c, x, lanes.markers, lanes.height);
    c.beginPath();
    c.moveTo(x, lanes.cuts);
    c.lineTo(x + 9, lanes.cuts + 7);
    c.lineTo(x, lanes.cuts + 14);
    c.fill();
  }
}

function paintMarkers(c: CanvasRenderingContext2D, { scale: s, markers, lanes, colours, font }: Picture): void {
  const middle = (lanes.markers + lanes.cuts) / 2;
  let free = -1e9; // where the last title ends
  c.font = font;
  for (const m of markers) {
    const x = s.x(m.at);
    if (x < -200 || x > s.width) continue;
    c.fillStyle = m.kind === "comment" ? colours.warn : m.kind === "mark" ? colours.good : colours.soft;
    c.beginPath();
    if (m.kind === "comment") c.arc(x, middle, 4.5, 0, 7);
    else if (m.kind === "mark") { c.moveTo(x - 5, middle); c.lineTo(x, middle - 5); c.lineTo(x + 5, middle); c.lineTo(x, middle + 5); }
    else { c.moveTo(x - 4, middle - 5); c.lineTo(x + 4, middle - 5); c.lineTo(x, middle + 5); }
    c.fill();
    if (x < free || !m.title) continue;
    const title = m.title.length > 40 ? m.title.slice(0, 39) + "…" : m.title;
    c.fillStyle = colours.soft;
    c.fillText(title, x + 9, middle);
    free = x + 18 + c.measureText(title).width;
  }
}

function label(c: CanvasRenderingContext2D, text: string, x: number, w: number, y: number, colour: string, font?: string): void {
  const from = Math.max(0, x) + 6;
  if (x + w - from < 14 || !text) return;
  c.save();
  c.beginPath();
  c.rect(from, y - 14, x + w - from - 4, 28);
  c.clip();
  if (font) c.font = font;
  c.fillStyle = colour;
  c.fillText(text, from, y + 0.5);
  c.restore();
}

// visible gives the spans on the screen, of a list in order that does not overlap.
function visible(spans: readonly Span[], s: Scale): readonly Span[] {
  let low = 0, high = spans.length;
  while (low < high) {
    const middle = low + high >> 1;
    if (spans[middle]!.out < s.from) low = middle + 1; else high = middle;
  }
  let end = low;
  while (end < spans.length && spans[end]!.in <= s.to) end++;
  return spans.slice(low, end);
}

const visibleRows = (rows: readonly Row[], s: Scale) => rows.filter((r) => r.span.out >= s.from && r.span.in <= s.to);
