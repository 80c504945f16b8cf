// Whose turn it is on the line, and what happens to the line.

import type { Transfer } from "./transfer";

const lanes = 2; // files at once: more share the same line and finish later
const small = 32e6; // bytes up to which a file goes first: what belongs to a recording is there when the recording is
const glance = 250; // milliseconds
const stall = 60_000; // milliseconds without a byte after which the line is taken for dead

export class Traffic {
  #running = new Set<Transfer>();
  #queue: { transfer: Transfer; turn: () => void }[] = [];
  #all = new Set<Transfer>();
  #awake: { release: () => Promise<void> } | undefined;

  // changed is called when a transfer becomes something else, moved while bytes move.
  constructor(readonly changed: (t: Transfer) => void, readonly moved: () => void) {
    addEventListener("offline", () => { for (const t of this.#all) t.cut(); });
    addEventListener("online", () => {
      for (const t of this.#all) if (t.state === "retrying" || performance.now() - t.moved > 3_000) t.again();
    });
    addEventListener("beforeunload", (e) => { if (this.busy) e.preventDefault(); });
    document.addEventListener("visibilitychange", () => void this.#stayAwake());
    setInterval(() => this.#look(), glance);
  }

  get busy(): boolean { return [...this.#all].some((t) => t.active); }
  get all(): Iterable<Transfer> { return this.#all; }

  add(t: Transfer): void {
    this.#all.add(t);
    t.go();
  }

  // turn waits until a file may send. A file keeps its lane until it has arrived, is paused or has failed.
  turn(transfer: Transfer): Promise<void> {
    if (this.#running.has(transfer)) return Promise.resolve();
    this.#queue = this.#queue.filter((w) => w.transfer !== transfer);
    return new Promise((turn) => {
      this.#queue.push({ transfer, turn });
      this.#next();
    });
  }

  // left frees the lane of a transfer.
  left(transfer: Transfer): void {
    this.#queue = this.#queue.filter((w) => w.transfer !== transfer);
    this.#running.delete(transfer);
    this.#next();
    void this.#stayAwake();
  }

  forget(transfer: Transfer): void {
    transfer.stop();
    this.#all.delete(transfer);
  }

  #next(): void {
    while (this.#running.size < lanes && this.#queue.length) {
      const i = Math.max(0, this.#queue.findIndex((w) => w.transfer.file.size <= small));
      const [w] = this.#queue.splice(i, 1);
      this.#running.add(w!.transfer);
      w!.turn();
    }
    void this.#stayAwake();
  }

  #look(): void {
    let moving = false;
    for (const t of this.#all) {
      if (t.state !== "sending") continue;
      moving = true;
      // Also after a sleep, in which no byte has moved.
      if (performance.now() - t.moved > stall) t.again();
    }
    if (moving) this.moved();
  }

  // stayAwake keeps the screen, and with it the computer, from going to sleep while bytes are on the way.
  async #stayAwake(): Promise<void> {
    const wish = this.#running.size > 0 && !document.hidden;
    try {
      if (wish && !this.#awake) {
        const lock = this.#awake = await navigator.wakeLock.request("screen");
        lock.addEventListener("release", () => { this.#awake = undefined; });
      } else if (!wish && this.#awake) {
        await this.#awake.release();
      }
    } catch { /* not here, or not now */ }
  }
}
