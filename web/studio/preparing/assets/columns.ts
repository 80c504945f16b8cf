// The columns of the list: what a cell holds, how it is read, and what the server calls it.

import { language as ui, t } from "../../desk/assets/words";
import type { Row } from "./rows";
import { readLength, readTime, writeLength, writeTime } from "./zone";

// Speaker is a row as the server has it.
export interface Speaker {
  id: string; agenda_item: string; title: string; titles: Record<string, string>; speaker: string; function: string; functions: Record<string, string>;
  organisation: string; abstract: Record<string, string>; language: string; topics: string[]; state: string; recording: string; starts: string;
  length_s: number; unattributable: boolean; remarks: string;
}

export interface Topic { slug: string; title: Record<string, string>; aliases?: string[] }

export interface LanguageName { code: string; name: string; dir: string }

export interface Setting {
  slug: string; zone: string; starts: string; ends: string; agenda: { number: string; title: Record<string, string> }[]; languages: LanguageName[];
  topics: Topic[]; organisations: string[]; persons: { name: string; function: string; organisation: string }[]; rows: Speaker[]; may: boolean;
}

export interface Column {
  key: string; label: string; width: number; // pixels
  group: string; // of the choice of columns
  shown: boolean; // unless somebody chooses otherwise
  long?: boolean; // texts of several lines
  tick?: boolean; // yes or no
  fixed?: boolean; // cannot be changed here
  list?: string[]; // that is offered
  of: (s: Speaker) => string;
  // wire is what the server gets, or throws what is wrong, in words.
  wire?: (words: string) => Record<string, unknown>;
  tidy?: (words: string) => string; // words that can be read, as they are shown
  doubt?: (words: string) => string; // what is stored, but should be looked at
}

export class Unreadable extends Error {}

const longestLine = 300, longestProse = 10_000; // characters, as the server has it

function line(name: string, words: string, most = longestLine): Record<string, unknown> {
  if ([...words].length > most) throw new Unreadable(t("wrong.long", { n: most }));
  return { [name]: words };
}

// languageNamed finds a language by its code, or by its name in this language, in English or in itself.
function languageReader(known: LanguageName[]): (words: string) => string | undefined {
  const by = new Map<string, string>();
  for (const { code, name } of known) {
    for (const l of [ui, "en", "fr", code]) {
      try { by.set((new Intl.DisplayNames(l, { type: "language" }).of(code) ?? code).toLocaleLowerCase(), code); } catch { /* an unknown one has no name */ }
    }
    by.set(name.toLocaleLowerCase(), code);
  }
  return (words) => {
    const w = words.trim();
    if (!w) return "";
    return by.get(w.toLocaleLowerCase()) ?? (/^[a-z]{2,3}([-_][a-z0-9]{1,8})*$/i.test(w) ? w.replaceAll("_", "-") : undefined);
  };
}

// within is the name of a language as it is written inside a text.
export const within = (name: string) => ui === "fr" ? name.toLocaleLowerCase(ui) : name;

const first = (texts: Record<string, string>) => texts[ui] || texts["en"] || Object.values(texts)[0] || "";

export function columnsOf(s: Setting): Column[] {
  const oneDay = !s.ends || s.ends === s.starts, language = languageReader(s.languages);
  const nameOf = (code: string) => s.languages.find((l) => l.code === code)?.name ?? code;
  const topic = (words: string) => {
    const w = words.trim().toLocaleLowerCase();
    return s.topics.find((x) => [x.slug, ...Object.values(x.title), ...(x.aliases ?? [])].some((n) => n.toLocaleLowerCase() === w));
  };
  const topicsOf = (words: string) => [...new Set(words.split(/[;\n]/).map((w) => w.trim()).filter(Boolean).map((w) => topic(w)?.slug ?? w))];
  const used = (of: (s: Speaker) => Record<string, string>, l: string) => s.rows.some((r) => of(r)[l]);
  const basic = t("group.basic"), more = t("group.more");
  const agenda = s.agenda.map((a) => a.number);
  const all: Column[] = [
    { key: "agenda_item", label: t("column.agenda_item"), width: 70, group: basic, shown: true, list: agenda, of: (r) => r.agenda_item, wire: (w) => line("agenda_item", w, 40),
      doubt: (w) => w && agenda.length && !agenda.includes(w) ? t("wrong.item", { item: w }) : "" },
    { key: "speaker", label: t("column.speaker"), width: 180, group: basic, shown: true, list: s.persons.map((p) => p.name), of: (r) => r.speaker, wire: (w) => line("speaker", w) },
    { key: "function", label: t("column.function"), width: 160, group: basic, shown: true, list: [...new Set(s.persons.map((p) => p.function).filter(Boolean))], of: (r) => r.function, wire: (w) => line("function", w) },
    { key: "organisation", label: t("column.organisation"), width: 170, group: basic, shown: true, list: s.organisations, of: (r) => r.organisation, wire: (w) => line("organisation", w) },
    // A title that repeats the speaker stands for none.
    { key: "title", label: t("column.title"), width: 280, group: basic, shown: true, of: (r) => r.title === r.speaker ? "" : r.title, wire: (w) => line("title", w) },
    { key: "language", label: t("column.language"), width: 100, group: basic, shown: true, list: s.languages.map((l) => l.name), of: (r) => r.language ? nameOf(r.language) : "",
      wire: (w) => {
        const code = language(w);
        if (code === undefined) throw new Unreadable(t("wrong.language", { words: w }));
        return { language: code };
      }, tidy: (w) => { const code = language(w); return code ? nameOf(code) : w; } },
    { key: "topics", label: t("column.topics"), width: 190, group: basic, shown: true, list: s.topics.map((x) => first(x.title) || x.slug),
      of: (r) => r.topics.map((x) => { const found = topic(x); return found ? first(found.title) || found.slug : x; }).join("; "),
      wire: (w) => {
        const topics = topicsOf(w);
        if (topics.length > 30) throw new Unreadable(t("wrong.topics"));
        for (const x of topics) line("topic", x, 100);
        return { topics };
      },
      doubt: (w) => { const strange = w.split(/[;\n]/).map((x) => x.trim()).find((x) => x && !topic(x)); return strange && s.topics.length ? t("wrong.topic", { topic: strange }) : ""; } },
    { key: "starts", label: t("column.starts"), width: oneDay ? 80 : 150, group: basic, shown: true, of: (r) => r.starts ? writeTime(r.starts, s.zone, s.starts, oneDay) : "",
      wire: (w) => {
        if (!w.trim()) return { starts: "" };
        const at = readTime(w, s.zone, s.starts);
        if (at === undefined) throw new Unreadable(t("wrong.time", { words: w, day: s.starts }));
        return { starts: at };
      }, tidy: (w) => { const at = readTime(w, s.zone, s.starts); return at ? writeTime(at, s.zone, s.starts, oneDay) : w; } },
    { key: "length", label: t("column.length"), width: 80, group: basic, shown: true, of: (r) => writeLength(r.length_s),
      wire: (w) => {
        if (!w.trim()) return { length_s: 0 };
        const seconds = readLength(w);
        if (seconds === undefined) throw new Unreadable(t("wrong.length", { words: w }));
        return { length_s: seconds };
      }, tidy: (w) => { const n = readLength(w); return n === undefined ? w : writeLength(n); } },
    { key: "remarks", label: t("column.remarks"), width: 220, group: more, shown: false, long: true, of: (r) => r.remarks, wire: (w) => line("remarks", w, longestProse) },
    { key: "unattributable", label: t("column.unattributable"), width: 110, group: more, shown: s.rows.some((r) => r.unattributable), tick: true, of: (r) => r.unattributable ? "✓" : "",
      wire: (w) => {
        const x = w.trim().toLocaleLowerCase();
        if (["", "0", "no", "n", "non", "false", "faux"].includes(x)) return { unattributable: false };
        if (["✓", "1", "x", "yes", "y", "oui", "o", "true", "vrai"].includes(x)) return { unattributable: true };
        throw new Unreadable(t("wrong.tick", { words: w }));
      }, tidy: (w) => /^(1|x|y|yes|oui|o|true|vrai)$/i.test(w.trim()) ? "✓" : /^(0|n|no|non|false|faux)$/i.test(w.trim()) ? "" : w },
    { key: "state", label: t("column.state"), width: 120, group: more, shown: true, fixed: true, of: (r) => t(`state.${r.state}`) },
  ];
  const texts: [string, string, (r: Speaker) => Record<string, string>, number, boolean][] = [
    ["titles", "column.title.in", (r) => r.titles, 260, false],
    ["functions", "column.function.in", (r) => r.functions, 170, false],
    ["abstract", "column.abstract.in", (r) => r.abstract, 300, true],
  ];
  for (const { code, name } of s.languages) {
    for (const [field, label, of, width, long] of texts) {
      all.push({ key: `${field}.${code}`, label: t(label, { language: within(name) }), width, group: name, shown: field === "titles" && used(of, code), long, of: (r) => of(r)[code] ?? "",
        wire: (w) => ({ [field]: { [code]: line("text", w, long ? longestProse : longestLine)["text"] } }) });
    }
  }
  return all;
}

export function rowOf(s: Speaker, columns: Column[]): Row {
  return { id: s.id, state: s.state, cells: Object.fromEntries(columns.map((c) => [c.key, c.of(s)])) };
}

const checked = new WeakMap<Row, Map<string, { text: string; wrong: boolean }>>();

// troubles are what is wrong or doubtful about the cells of a row, by column. What is wrong is not stored.
export function troubles(row: Row, columns: Column[]): Map<string, { text: string; wrong: boolean }> {
  let all = checked.get(row);
  if (all) return all;
  all = new Map();
  for (const c of columns) {
    const words = row.cells[c.key] ?? "";
    try { if (words) c.wire?.(words); } catch (e) { all.set(c.key, { text: (e as Error).message, wrong: true }); continue; }
    const doubt = words && c.doubt?.(words);
    if (doubt) all.set(c.key, { text: doubt, wrong: false });
  }
  if (!row.cells["speaker"]?.trim() && !row.cells["title"]?.trim()) all.set("speaker", { text: t("wrong.nobody"), wrong: true });
  checked.set(row, all);
  return all;
}

// wireOf is what the server gets of some cells of a row; those that are wrong are left out, and named.
export function wireOf(row: Row, keys: string[], columns: Column[]): { said: Record<string, unknown>; kept: string[] } {
  const bad = troubles(row, columns), said: Record<string, unknown> = {}, kept: string[] = [];
  for (const key of keys) {
    const c = columns.find((x) => x.key === key);
    if (!c?.wire) continue;
    if (bad.get(key)?.wrong || key === "title" && bad.get("speaker")?.wrong) { kept.push(key); continue; }
    for (const [name, value] of Object.entries(c.wire(row.cells[key] ?? ""))) {
      const before = said[name];
      said[name] = typeof before === "object" && !Array.isArray(before) && typeof value === "object" ? { ...before, ...value } : value;
    }
  }
  return { said, kept };
}
