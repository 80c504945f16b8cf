// Times of a timeline. Positions are frames; the rate is a fraction, such as 30000/1001.

export interface Rate { num: number; den: number }

export function parseRate(s: string): Rate {
  const [num = 25, den = 1] = s.split("/").map(Number);
  return { num, den };
}

export const seconds = (frame: number, r: Rate) => frame * r.den / r.num;
export const frameAt = (second: number, r: Rate) => Math.round(second * r.num / r.den);

// base is the whole number of frames that timecode counts in a second (SMPTE ST 12-1, clause 5).
export const base = (r: Rate) => Math.round(r.num / r.den);

const two = (n: number) => String(n).padStart(2, "0");

// drops is how many labels drop frame leaves out in a minute (SMPTE ST 12-1, clause 5.2.2).
const drops = (r: Rate) => r.den === 1001 && base(r) % 30 === 0 ? base(r) / 15 : 0;

// timecode is the label of the frame that lies n frames after 00:00:00:00.
export function timecode(n: number, r: Rate, drop = false): string {
  const b = base(r), d = drop ? drops(r) : 0;
  if (d) {
    const ten = b * 600 - 9 * d, minute = b * 60 - d, tens = Math.floor(n / ten), rest = n % ten;
    n += tens * 9 * d + (rest >= b * 60 ? d * (Math.floor((rest - b * 60) / minute) + 1) : 0);
  }
  const f = n % b, s = Math.floor(n / b);
  return `${two(Math.floor(s / 3600) % 24)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}${d ? ";" : ":"}${two(f)}`;
}

// elapsed is a length or a position as people read it: 0:05, 12:40, 1:02:03.
export function elapsed(second: number): string {
  const s = Math.round(second);
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

// parseTimecode gives the frames from 00:00:00:00 to HH:MM:SS:FF, with ";" before the frames for drop frame; undefined for what is none, and
// for labels that do not exist: a frame at or over the rate, one that drop frame leaves out (SMPTE ST 12-1, clause 5.2.2).
export function parseTimecode(s: string, r: Rate): number | undefined {
  const m = /^(\d{1,2})[:;](\d{1,2})[:;](\d{1,2})([:;.])(\d{1,3})$/.exec(s.trim());
  if (!m) return undefined;
  const [hours, minutes, second, frame] = [m[1], m[2], m[3], m[5]].map(Number) as [number, number, number, number];
  const b = base(r), drop = m[4] !== ":", d = drop ? drops(r) : 0;
  if (hours > 47 || minutes > 59 || second > 59 || frame >= b || drop && !d) return undefined;
  if (d && minutes % 10 && second === 0 && frame < d) return undefined;
  const all = hours * 60 + minutes;
  return (all * 60 + second) * b + frame - d * (all - Math.floor(all / 10));
}
