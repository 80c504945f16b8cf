// What the server says of deliveries, and the words for it.

import { call, Refusal } from "../../desk/assets/api";

export interface Meeting { slug: string; title: string; date: string; zone: string }
export interface Room { name: string; title: string; channels: string[] }

// Limits is what the server tells before the first byte.
export interface Limits { address: string; piece: number; largest: number; days: number; meetings: Meeting[]; rooms: Room[] }

export interface Form {
  meeting: string; room: string; channels?: string[]; consent: string; until: string; publish: boolean; recorded: string; remarks: string; whole_as_one: boolean;
}

export const emptyForm = (): Form => ({ meeting: "", room: "", consent: "", until: "", publish: false, recorded: "", remarks: "", whole_as_one: false });

export type Kind = "recording" | "sheet" | "captions" | "sound" | "";

export interface DeliveryFile { upload: string; name: string; kind: Kind; language?: string; bytes: number; received: number; sha256?: string; position: number }

export interface Delivery {
  id: string; form: Form; files: DeliveryFile[]; state: "open" | "submitted" | "taken" | "refused"; failure?: string; recording?: string;
  created: string; touched: string; expires?: string;
}

// Found is an upload of the same person and the same file, wherever it was begun.
export interface Found { id: string; address: string; delivery: string; name: string; bytes: number; received: number; finished: boolean }

export interface Bundle { stem: string; files: { index: number; kind: Kind; language?: string }[] }

export const whole = (d: Delivery) => d.files.length > 0 && d.files.every((f) => f.sha256);

// rested waits, but not beyond the moment at which there is a connection again.
export function rested(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); removeEventListener("online", done); resolve(); };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });
}

// backoff is how long to wait before an attempt, in milliseconds: 1 s, 2 s … 30 s, and a little by chance, so that many do not come at once.
export const backoff = (attempt: number) => Math.min(30_000, 1000 * 2 ** attempt) * (0.8 + 0.4 * Math.random());

// patiently calls until there is an answer. What the server refuses is thrown.
export async function patiently<T>(method: string, path: string, body?: unknown): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call<T>(method, path, body);
    } catch (e) {
      if (!(e instanceof Refusal) || !e.again) throw e;
      await rested(backoff(attempt));
    }
  }
}
