// What the server tells the scripts, as a block of JSON in the page (media.go: playerData).

export interface Sound { channel: string; language: string; name: string; label: string }

export interface Data {
  id: string;
  ui: string;
  master: string;
  simple: string; // smallest MP4, for when HLS fails
  simpleSize: string;
  audio: string;
  duration: number; // seconds, as are start and end
  frameRate: number;
  start: number;
  end: number;
  sound: string;
  captions: string;
  sounds: Sound[] | null;
  share: string;
  words: Record<string, string>;
}

export function readData(): Data {
  const data: Data = JSON.parse(document.getElementById("player-data")!.textContent!);
  // A page that was cached, or saved, still obeys the parameters of its own address.
  const query = new URLSearchParams(location.search);
  data.start = seconds(query.get("t")) ?? data.start;
  data.end = seconds(query.get("end")) ?? data.end;
  if (data.end <= data.start) data.end = 0;
  data.sound = query.get("lang") ?? data.sound;
  data.captions = query.get("cc") ?? data.captions;
  return data;
}

// seconds reads "83", "83.5", "1:23", "1h2m3s".
export function seconds(s: string | null): number | undefined {
  if (!s) return undefined;
  const unit = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(s);
  if (unit) return 3600 * +(unit[1] ?? 0) + 60 * +(unit[2] ?? 0) + +(unit[3] ?? 0);
  if (/^\d+(:\d\d){1,2}$/.test(s)) return s.split(":").reduce((sum, part) => sum * 60 + +part, 0);
  return undefined;
}

export function clock(t: number): string {
  const s = Math.floor(t), two = (n: number) => String(n).padStart(2, "0");
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

export function fill(s: string, values: Record<string, string>): string {
  return s.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
}

// sameLanguage compares BCP 47 tags by their first subtag.
export function sameLanguage(a: string | undefined, b: string | undefined): boolean {
  return !!a && !!b && a.split("-")[0]!.toLowerCase() === b.split("-")[0]!.toLowerCase();
}
