// The three ways to name a moment of a recording: its timecode, the clock on the wall, and the time since it began.

import { base, parseRate, parseTimecode, seconds, timecode, type Rate } from "../../desk/assets/times";
import { t } from "../../desk/assets/words";
import type { Recording } from "./recording";

export type Form = "timecode" | "wall" | "elapsed";

const two = (n: number, digits = 2) => String(n).padStart(digits, "0");
const day = 86_400_000; // milliseconds

// Unreadable is an error in words for whoever typed.
export class Unreadable extends Error {}

export class Clock {
  readonly rate: Rate;
  readonly frames: number;
  readonly drop: boolean;
  readonly #start: number; // frames from 00:00:00:00 to the first frame
  readonly #wall: number | undefined; // milliseconds since midnight at the first frame
  #form: Form = "timecode";

  constructor(r: Pick<Recording, "rate" | "frames" | "start" | "drop" | "wall_start" | "meeting">) {
    this.rate = parseRate(r.rate);
    this.frames = r.frames;
    this.drop = r.drop;
    this.#start = (r.start && parseTimecode(r.start, this.rate)) || 0;
    this.#wall = r.wall_start ? sinceMidnight(new Date(r.wall_start), r.meeting.time_zone) : undefined;
  }

  get forms(): Form[] { return this.#wall === undefined ? ["timecode", "elapsed"] : ["timecode", "wall", "elapsed"]; }
  get form(): Form { return this.#form; }
  set form(f: Form) { this.#form = this.forms.includes(f) ? f : "timecode"; }

  write(frame: number, form = this.#form): string {
    switch (form) {
      case "timecode": return timecode(this.#start + frame, this.rate, this.drop);
      case "wall": {
        const ms = ((this.#wall ?? 0) + Math.round(seconds(frame, this.rate) * 1000)) % day;
        return `${two(Math.floor(ms / 3_600_000))}:${clip(ms)}`;
      }
      case "elapsed": {
        const ms = Math.round(seconds(frame, this.rate) * 1000);
        return `${Math.floor(ms / 3_600_000)}:${clip(ms)}`;
      }
    }
  }

  // short leaves out what a ruler with steps of so many frames does not need.
  short(frame: number, step: number): string {
    const s = this.write(frame);
    return step % base(this.rate) === 0 ? s.replace(/[:;.]\d+$/, "") : s;
  }

  // length writes a number of frames.
  length(frames: number): string {
    if (this.#form === "timecode") return timecode(frames, this.rate, this.drop);
    const ms = Math.round(seconds(frames, this.rate) * 1000);
    return `${Math.floor(ms / 3_600_000)}:${clip(ms)}`;
  }

  // parse reads a moment in any of the three forms: where one text can be two of them, the chosen form counts first, then whichever lies on
  // the recording. "+10" and "-10" are frames from near, "+2s" and "+1:30" times from it. It throws Unreadable.
  parse(text: string, near = 0): number {
    const s = plain(text);
    if (!s) throw new Unreadable(t("time.empty"));
    const sign = s.startsWith("+") ? 1 : s.startsWith("-") ? -1 : 0;
    if (sign) return this.#inside(near + sign * this.#span(s.slice(1), text), text);
    const found = this.#readings(s, text);
    return this.#inside(found.find((f) => f >= 0 && f <= this.frames) ?? found[0]!, text);
  }

  // parseLength reads a length; "+10" and "-10" change the one that was.
  parseLength(text: string, before = 0): number {
    const s = plain(text);
    if (!s) throw new Unreadable(t("time.empty"));
    const sign = s.startsWith("+") ? 1 : s.startsWith("-") ? -1 : 0;
    const n = sign ? before + sign * this.#span(s.slice(1), text) : this.#span(s, text);
    if (n <= 0) throw new Unreadable(t("time.nothing"));
    return n;
  }

  // readings are all that a text may mean, the likeliest first.
  #readings(s: string, text: string): number[] {
    const parts = s.split(/[:;]/);
    if (parts.length === 4) {
      const n = this.#timecode(s, text);
      return [n - this.#start, n];
    }
    const ms = clockTime(s);
    if (ms === undefined || parts.length === 1) return [this.#span(s, text)];
    const at = (m: number) => Math.round(m * this.rate.num / (1000 * this.rate.den));
    const wall = (m: number) => this.#wall === undefined ? [] : [at((m - this.#wall + 2 * day) % day)];
    const code = (hours: string) => { // a timecode without its frames
      const n = s.includes(".") ? undefined : parseTimecode(`${hours}${this.drop ? ";00" : ":00"}`, this.rate) ?? parseTimecode(`${hours}:00`, this.rate);
      return n === undefined ? [] : [n - this.#start];
    };
    const isHours = parts.length === 3, hm = isHours ? ms : ms * 60;
    const all: Record<Form, number[]> = { timecode: code(isHours ? s : `0:${s}`), wall: wall(hm), elapsed: [at(ms)] };
    return [this.#form, "timecode", "wall", "elapsed"].flatMap((f) => all[f as Form]);
  }

  #timecode(s: string, text: string): number {
    const n = parseTimecode(s, this.rate);
    if (n !== undefined) return n;
    const frame = Number(s.split(/[:;]/).at(-1)), b = base(this.rate);
    if (/^\d+([:;]\d+){3}$/.test(s)) throw new Unreadable(frame >= b ? t("time.frames", { text, last: two(b - 1) }) : t("time.dropped", { text }));
    throw new Unreadable(t("time.unreadable", { text, like: this.write(Math.min(this.frames, 1234)) }));
  }

  // span reads a number of frames: "10", "10f", "2s", "1m30s", "1:30", "0:01:30.5", "00:01:30:00".
  #span(s: string, text: string): number {
    let m = /^(\d+)f?$/i.exec(s);
    if (m) return Number(m[1]);
    const of = (second: number) => Math.round(second * this.rate.num / this.rate.den);
    m = /^(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+(?:\.\d+)?)s)?$/i.exec(s);
    if (m && s) return of(Number(m[1] ?? 0) * 3600 + Number(m[2] ?? 0) * 60 + Number(m[3] ?? 0));
    if (s.split(/[:;]/).length === 4) return this.#timecode(s, text);
    const ms = s.includes(":") ? clockTime(s) : undefined;
    if (ms === undefined) throw new Unreadable(t("time.unreadable", { text, like: this.write(Math.min(this.frames, 1234)) }));
    return of(ms / 1000);
  }

  #inside(frame: number, text: string): number {
    if (frame < 0 || frame > this.frames) throw new Unreadable(t("time.outside", { text, from: this.write(0), to: this.write(this.frames) }));
    return frame;
  }
}

// plain takes away what people type around a time; a decimal comma is a point.
const plain = (text: string) => text.trim().replace(/\s+/g, "").replace(/[\u2212\u2013]/g, "-").replace(",", ".");

const clip = (ms: number) => `${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${two(ms % 1000, 3)}`;

// clockTime reads H:MM:SS, M:SS and S, with decimals, as milliseconds.
function clockTime(s: string): number | undefined {
  const m = /^(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,2}(?:\.\d+)?)$/.exec(s);
  if (!m || Number(m[3]) >= 60 || m[1] !== undefined && Number(m[2]) >= 60) return undefined;
  return Math.round((Number(m[1] ?? 0) * 3600 + Number(m[2] ?? 0) * 60 + Number(m[3])) * 1000);
}

function sinceMidnight(at: Date, zone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone || "UTC", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const part = Object.fromEntries(format.formatToParts(at).map((p) => [p.type, p.value]));
  return ((Number(part["hour"]) * 60 + Number(part["minute"])) * 60 + Number(part["second"])) * 1000 + at.getUTCMilliseconds();
}
