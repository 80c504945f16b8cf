// The soft lock: one open window edits at a time. It is asked for and kept alive by a sign every ten seconds, which is also how a window
// learns that somebody took over, or that the one who edited is gone.

import { address, call, Refusal } from "../../desk/assets/api";
import { newID } from "./cuts";

const beat = 10_000; // milliseconds

interface Answer { mine: boolean; name: string; since: string }

export class Lock {
  readonly holder = holder();
  mine = false;
  name = "";
  since = "";
  refused = ""; // why this person may not edit at all
  readonly #path: string;
  #busy = false;

  // told is called at each change, and at each sign while the lock is somebody else's.
  constructor(recording: string, readonly told: (lock: Lock) => void) {
    this.#path = `/api/v1/recordings/${recording}/lock`;
    setInterval(() => void this.ask(), beat);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) void this.ask(); });
    addEventListener("pagehide", () => {
      if (this.mine) void fetch(address(this.#path), { method: "DELETE", keepalive: true, credentials: "same-origin", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ holder: this.holder }) }).catch(() => {});
    });
  }

  async ask(take = false): Promise<void> {
    if (this.refused || this.#busy && !take) return;
    this.#busy = true;
    const before = this.mine;
    try {
      const a = await call<Answer>("POST", this.#path, { holder: this.holder, take });
      this.mine = a.mine;
      this.name = a.name;
      this.since = a.since;
      if (a.mine !== before || !a.mine) this.told(this);
    } catch (e) {
      if (e instanceof Refusal && e.status === 403) {
        this.refused = e.message;
        this.mine = false;
        this.told(this);
      } // without an answer everything stays as it is: the server decides at the next change
    } finally {
      this.#busy = false;
    }
  }
}

// holder names this window: a reload keeps the name, a second window gets another.
function holder(): string {
  const key = "rostrum:holder", way = performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined;
  try {
    const kept = way?.type === "reload" ? sessionStorage.getItem(key) : null, name = kept ?? newID();
    sessionStorage.setItem(key, name);
    return name;
  } catch { return newID(); }
}
