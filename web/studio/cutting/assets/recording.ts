// What the server tells about a recording, its cuts and its meeting. Positions are frames of the timeline; out is exclusive.

export interface Span { in: number; out: number }

export interface Channel { name: string; label: string; listen_url: string }

export interface StillSheets { every: number; frames?: number[]; columns: number; rows: number; width: number; height: number; count: number; sheets: string[] }

export interface Chapter { at: number; end: number; title?: string }

export interface RowState { intervention: string; state: string; failure: string; revision: number; page: string }

export interface Recording {
  id: string; name: string;
  meeting: { slug: string; title: string; time_zone: string };
  rate: string; frames: number; start: string; drop: boolean; wall_start: string;
  state: string; failure: string; notices: string[] | null;
  surveyed: boolean; encoded: number; // encoded goes from 0 to 1
  playable: boolean; original_url: string; preview_url: string;
  original_offset?: number; // seconds at which the timeline begins in the original
  channels: Channel[] | null;
  picture: { width: number; height: number } | null;
  stills: StillSheets | null;
  chapters: Chapter[] | null;
  rows_state: RowState[] | null;
  formats: { name: string; label: string; extension: string }[] | null;
  me: { account: string; name: string };
}

export interface Texts { title?: string; speaker?: string; function?: string; organisation?: string; agenda_item?: string; language?: string }

export interface Row extends Texts { id: string; intervention?: string; span: Span }

export interface Draft { number: number; rows: Row[] | null; at: string; who: string; what: string }

export interface Version { number: number; at: string; who: string; what: string; cuts: number }

// Speaker is an entry of the meeting's list of speakers.
export interface Speaker {
  id: string; position: number; agenda_item: string; title: string; speaker: string; function: string; organisation: string; language: string;
  state: string; recording: string; starts: string; length_s: number;
}

export interface Suggestion { id: string; source: string; span: Span; title: string; planned: string; why: string; sure: boolean }

export interface Comment { id: string; intervention: string; who: string; kind: string; frame: number; text: string; wish: string; resolved: boolean }

export interface Problem { row: string | number; text: string; fatal: boolean }

export interface Changes {
  new: { row: string; title: string; length_s: number }[] | null;
  moved: { row: string; intervention: string; title: string; before: Span; after: Span; published: boolean }[] | null;
  back: { intervention: string; title: string; published: boolean }[] | null;
  same: number;
  problems: Problem[] | null;
}

// textsOf gives what a row and an entry of the list have in common.
export const textsOf = (x: Texts): Texts => ({
  title: x.title ?? "", speaker: x.speaker ?? "", function: x.function ?? "", organisation: x.organisation ?? "", agenda_item: x.agenda_item ?? "", language: x.language ?? "",
});

// nameOf is how a row is called in one line.
export const nameOf = (x: Texts): string => x.speaker || x.title || "";

const base = document.documentElement.dataset["base"] ?? "";

// place is an address that the server gave, which may carry the base path already.
export const place = (url: string): string => base && !url.startsWith(`${base}/`) ? base + url : url;
