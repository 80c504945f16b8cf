// What the server tells the scripts, as a block of JSON in the page (media.go: playerData).

export interface File { path: string; bytes: number }

export interface Sound {
  channel: string;
  language: string;
  name: string;
  label: string;
  silent: boolean; // plays the original
  duration: number; // seconds
  full: number; // bytes of the sound beside the picture; of the two small ones; 0 is none
  small: number;
  opus: number;
  simple: File; // smallest MP4, for when HLS fails
  audio: File;
  notice: { text: string; language: string; dir: string } | null;
}

export interface Picture { width: number; height: number; rate: number; bytes: number; codecs: string }

export interface Data {
  id: string;
  ui: string;
  master: string;
  audioMaster: string;
  soundOnly: boolean; // there is no picture
  duration: number; // seconds, as are start and end
  frameRate: number;
  start: number;
  end: number;
  sound: string;
  captions: string;
  poster: string;
  pictures: Picture[]; // largest first
  sounds: Sound[];
  simple: File;
  share: string;
  words: Record<string, string>;
}

export function readData(): Data {
  const data: Data = JSON.parse(document.getElementById("player-data")!.textContent!);
  data.pictures ??= [];
  data.sounds ??= [];
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

// size writes bytes as the page does (Locale.Size in format.go).
export function size(bytes: number, { ui, words }: Data): string {
  const kilo = Math.ceil(bytes / 1e3);
  const [unit, n, digits] = bytes <= 990_000 ? ["kb", kilo > 100 ? 10 * Math.ceil(kilo / 10) : kilo, 0] as const
    : bytes < 1e9 ? ["mb", bytes / 1e6, bytes < 9_950_000 ? 1 : 0] as const : ["gb", bytes / 1e9, bytes < 9.95e9 ? 1 : 0] as const;
  const written = new Intl.NumberFormat(ui + "-u-nu-latn", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);
  return fill(words["size." + unit]!, { n: written });
}

// side is the nominal height of a picture, as people name it.
export function side(p: { width: number; height: number }): number { return Math.min(p.width, p.height); }

// sameLanguage compares BCP 47 tags by their first subtag.
export function sameLanguage(a: string | undefined, b: string | undefined): boolean {
  return !!a && !!b && a.split("-")[0]!.toLowerCase() === b.split("-")[0]!.toLowerCase();
}
