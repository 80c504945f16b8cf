// Times of a programme: instants in UTC, written and read in the time zone of the meeting.

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let f = formats.get(zone);
  if (!f) {
    const options: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone || "UTC" };
    try { f = new Intl.DateTimeFormat("en", options); } catch { f = new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" }); }
    formats.set(zone, f);
  }
  return f;
}

// clockIn is what calendar and clock show in a zone, as 2026-05-03 14:05:00.
function clockIn(at: number, zone: string): string {
  const p = Object.fromEntries(formatOf(zone).formatToParts(at).map((x) => [x.type, x.value]));
  return `${p["year"]}-${p["month"]}-${p["day"]} ${p["hour"]}:${p["minute"]}:${p["second"]}`;
}

// writeTime gives an instant as people of the meeting read it: the time alone on its only day.
export function writeTime(iso: string, zone: string, day: string, oneDay: boolean): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return "";
  const [date = "", clock = ""] = clockIn(at, zone).split(" "), short = clock.replace(/:00$/, "");
  return oneDay && date === day ? short : `${date} ${short}`;
}

// readTime gives the instant of a time in the meeting's zone: 14:05, 14h05, 2026-05-03 14:05; undefined for what is none.
export function readTime(words: string, zone: string, day: string): string | undefined {
  const m = /^(?:(\d{4})-(\d{1,2})-(\d{1,2})[T ,]+)?(\d{1,2})\s*[:h.]\s*(\d{2})?(?::(\d{2}))?$/i.exec(words.trim());
  if (!m) return undefined;
  const [y, mo, d] = m[1] ? [Number(m[1]), Number(m[2]), Number(m[3])] : day.split("-").map(Number) as [number, number, number];
  const h = Number(m[4]), mi = Number(m[5] ?? 0), s = Number(m[6] ?? 0), wall = Date.UTC(y!, mo! - 1, d, h, mi, s);
  if (Number.isNaN(wall) || h > 23 || mi > 59 || s > 59 || new Date(wall).getUTCDate() !== d) return undefined;
  // The zone's distance from UTC is found by asking what its clocks show; twice, for the hours around a change of the clocks.
  let at = wall;
  for (let i = 0; i < 2; i++) at += wall - Date.parse(clockIn(at, zone).replace(" ", "T") + "Z");
  return new Date(at).toISOString().replace(".000Z", "Z");
}

// writeLength gives seconds as 5:00 or 1:02:03.
export function writeLength(seconds: number): string {
  const s = Math.round(seconds), two = (n: number) => String(n).padStart(2, "0");
  if (!s) return "";
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

// readLength gives the seconds of 5, 5 min, 5:30, 1:02:03, 1 h 5; a number alone is minutes. undefined for what is none, or more than a day.
export function readLength(words: string): number | undefined {
  const w = words.trim().toLowerCase();
  let seconds: number | undefined, m;
  if ((m = /^(\d{1,4})(?:[.,](\d))?\s*(?:min|m|’|'|minutes?)?\.?$/.exec(w))) seconds = Number(m[1]) * 60 + Number(m[2] ?? 0) * 6;
  else if ((m = /^(?:(\d{1,2}):)?(\d{1,3}):(\d{2})$/.exec(w)) && Number(m[3]) < 60) seconds = Number(m[1] ?? 0) * 3600 + Number(m[2]) * 60 + Number(m[3]);
  else if ((m = /^(?:(\d{1,2})\s*h)?\s*(?:(\d{1,3})\s*(?:min|m)?)?\s*(?:(\d{1,3})\s*s)?$/.exec(w)) && w) seconds = Number(m[1] ?? 0) * 3600 + Number(m[2] ?? 0) * 60 + Number(m[3] ?? 0);
  return seconds !== undefined && seconds <= 86_400 ? seconds : undefined;
}
