// Sending what waits, and hearing what other phones have marked.

import { call, Refusal } from "../../desk/assets/api";
import type { RoomClock } from "./clock";
import type { Kept, Mark, Waiting } from "./kept";

const often = 5_000; // milliseconds between two looks at what others have marked

export type State = "sent" | "waiting" | "offline" | "signed-out";

export class Sending {
  state: State = "waiting";
  #busy = false;
  #again = false;

  constructor(readonly kept: Kept, readonly clock: RoomClock, readonly told: () => void) {
    setInterval(() => { if (!document.hidden) void this.run(); }, often);
    addEventListener("online", () => void this.run());
    addEventListener("offline", () => void this.run());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) void this.run(); });
  }

  get #path(): string { return `/api/v1/meetings/${this.kept.meeting}/marks`; }

  // run sends what waits and asks for the rest. It may be called at any time.
  async run(): Promise<void> {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    try {
      do {
        this.#again = false;
        await this.#once();
      } while (this.#again);
    } finally {
      this.#busy = false;
      this.told();
    }
  }

  async #once(): Promise<void> {
    try {
      if (!this.clock.known) await this.clock.compare();
      const waiting = [...this.kept.waiting.values()].filter((w) => !w.refused);
      let known: Mark[];
      if (waiting.length === 0) known = await call<Mark[]>("GET", this.#path);
      else known = await this.#send(waiting);
      await this.kept.has(known);
      this.state = [...this.kept.waiting.values()].some((w) => !w.refused) ? "waiting" : "sent";
    } catch (e) {
      this.state = e instanceof Refusal && (e.status === 401 || e.status === 403) ? "signed-out" : e instanceof Refusal && e.status === 0 ? "offline" : "waiting";
    }
  }

  async #send(waiting: Waiting[]): Promise<Mark[]> {
    const known = await this.#post(waiting).catch(async (e: unknown) => {
      if (!refused(e)) throw e;
      // One of them can't be taken; the others shall not wait for it.
      let last: Mark[] | undefined;
      for (const w of waiting) {
        try { last = await this.#post([w]); } catch (why) {
          if (!refused(why)) throw why;
          const now = this.kept.waiting.get(w.id);
          if (now?.edit === w.edit) await this.kept.put({ ...now, refused: (why as Refusal).message });
        }
      }
      return last ?? call<Mark[]>("GET", this.#path);
    });
    return known;
  }

  async #post(waiting: Waiting[]): Promise<Mark[]> {
    const known = await call<Mark[]>("POST", this.#path, waiting.map((w) => this.#said(w)));
    await this.kept.sent(waiting);
    return known;
  }

  // said is a mark as the server wants it. One that was made before the clocks were ever compared gets its time now.
  #said(w: Waiting): Mark {
    const { id, intervention, speaker, end, deleted } = w;
    const late = !w.compared && w.raw > 0 && this.clock.known;
    return {
      id, intervention, speaker, end, at: late ? new Date(this.clock.at(w.raw)).toISOString() : w.at, unsure_ms: late ? this.clock.unsure(w.raw) : w.unsure_ms,
      ...(deleted === undefined ? {} : { deleted }),
    };
  }
}

// refused says whether the server answered that it will never take this.
const refused = (e: unknown): boolean => e instanceof Refusal && !e.again && e.status !== 401 && e.status !== 403;
