// Sizes, speeds, lengths and languages as people read them.

import { language, t } from "../../desk/assets/words";

const unit = (name: string, digits = 0) => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits });

const gigabytes = unit("gigabyte", 1), megabytes = unit("megabyte", 1), kilobytes = unit("kilobyte"), hours = unit("hour"), minutes = unit("minute"), seconds = unit("second");
const percents = new Intl.NumberFormat(language, { style: "percent" }), numbers = new Intl.NumberFormat(language), plurals = new Intl.PluralRules(language);

// bytes are counted by thousands, as disks and the server do.
export function size(bytes: number): string {
  if (bytes >= 1e9) return gigabytes.format(bytes / 1e9);
  if (bytes >= 1e6) return megabytes.format(bytes / 1e6);
  return kilobytes.format(Math.ceil(bytes / 1e3));
}

export const speed = (perSecond: number) => t("speed", { size: size(perSecond) });

// percent is never 100 before all is there.
export const percent = (part: number, all: number) => percents.format(all > 0 ? Math.floor(100 * part / all) / 100 : 0);

// left is a length that is a guess: 40 s, 3 min, 2 hr 10 min.
export function left(second: number): string {
  if (second < 55) return t("left", { time: seconds.format(Math.max(5, Math.ceil(second / 5) * 5)) });
  const m = Math.ceil(second / 60);
  if (m < 60) return t("left", { time: minutes.format(m) });
  return t("left", { time: `${hours.format(Math.floor(m / 60))} ${minutes.format(m % 60)}` });
}

// count gives the entry key.one, key.other … of the language's plural, with {n}.
export function count(key: string, n: number, places: Record<string, string | number> = {}): string {
  const form = `${key}.${plurals.select(n)}`, text = t(form, { n: numbers.format(n), ...places });
  return text === form ? t(`${key}.other`, { n: numbers.format(n), ...places }) : text;
}

const moments = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
export const moment = (iso: string) => moments.format(new Date(iso));

const languages = new Intl.DisplayNames(language, { type: "language" });

export function languageName(tag: string): string {
  try { return languages.of(tag) ?? tag; } catch { return tag; }
}
