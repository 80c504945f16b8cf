// The phone's clock, compared with the server's. Each round trip tells the server's time to within half of what it took; the shortest counts.

import { call } from "../../desk/assets/api";

interface Compared { offset: number; unsure: number; at: number } // milliseconds; at is the phone's own time of the comparison

const trips = 6;
const drift = 50e-6; // by which the crystals of phones and servers run apart, at worst
const wrong = 60_000; // milliseconds that a clock which was never compared may be off
const memory = "rostrum:clock";

export class RoomClock {
  #compared: Compared | undefined;

  constructor(readonly told: () => void) {
    try { this.#compared = JSON.parse(localStorage.getItem(memory) ?? "null") ?? undefined; } catch { /* no memory here */ }
  }

  get known(): boolean { return this.#compared !== undefined; }

  // at is the server's time, in milliseconds, when the phone's clock shows raw.
  at(raw: number): number { return raw + (this.#compared?.offset ?? 0); }

  // unsure is how far that may be off, in milliseconds.
  unsure(raw: number): number {
    return this.#compared ? Math.ceil(this.#compared.unsure + Math.abs(raw - this.#compared.at) * drift) : wrong;
  }

  async compare(): Promise<void> {
    let best: Compared | undefined;
    for (let i = 0; i < trips; i++) {
      const from = performance.now(), sent = Date.now();
      const { ms } = await call<{ ms: number }>("GET", "/api/v1/clock", undefined, { cache: "no-store" });
      const took = performance.now() - from, unsure = took / 2 + 1; // both clocks tell whole milliseconds
      if (!best || unsure < best.unsure) best = { offset: Math.round(ms - sent - took / 2), unsure, at: sent };
    }
    if (!best) return;
    // A worse comparison than the last one, on a slower line, is no news unless the clocks were set meanwhile.
    const before = this.#compared;
    if (before && this.unsure(best.at) <= best.unsure && Math.abs(before.offset - best.offset) <= this.unsure(best.at) + best.unsure) return;
    this.#compared = best;
    try { localStorage.setItem(memory, JSON.stringify(best)); } catch { /* no memory here */ }
    this.told();
  }
}
