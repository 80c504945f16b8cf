// What the phone keeps: marks that the server does not have yet, and those that it had when it was last asked. Where the browser keeps
// nothing, as in some private windows, they live as long as the page.

export interface Mark { id: string; intervention: string; speaker: string; end: boolean; at: string; unsure_ms: number; who?: string; deleted?: boolean }

// Waiting is a mark as it shall become.
export interface Waiting extends Mark {
  meeting: string;
  raw: number; // the phone's own time, in milliseconds; 0 when the server knows the mark
  compared: boolean; // at follows from a clock that was compared with the server's
  edit: number; // which change this is
  refused?: string; // why the server does not take it
}

const name = "rostrum-pad";

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class Kept {
  readonly waiting = new Map<string, Waiting>();
  known: Mark[] = [];
  #db: IDBDatabase | undefined;

  private constructor(readonly meeting: string) {}

  get lasting(): boolean { return this.#db !== undefined; }

  static async open(meeting: string): Promise<Kept> {
    const k = new Kept(meeting);
    try {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("waiting", { keyPath: "id" });
        request.result.createObjectStore("known");
      };
      k.#db = await asked(request);
      await k.recall();
    } catch { k.#db = undefined; }
    return k;
  }

  // recall reads again what is kept: another window may have sent it, or added to it.
  async recall(): Promise<void> {
    if (!this.#db) return;
    const tx = this.#db.transaction(["waiting", "known"]);
    const [all, known] = await Promise.all([asked<Waiting[]>(tx.objectStore("waiting").getAll()), asked<Mark[] | undefined>(tx.objectStore("known").get(this.meeting))]);
    this.waiting.clear();
    for (const w of all) if (w.meeting === this.meeting) this.waiting.set(w.id, w);
    this.known = known ?? [];
  }

  async put(w: Waiting): Promise<void> {
    this.waiting.set(w.id, w);
    await this.#write((tx) => tx.objectStore("waiting").put(w));
  }

  // sent forgets marks that the server has, unless they were changed again meanwhile.
  async sent(marks: Waiting[]): Promise<void> {
    const over = marks.filter((w) => this.waiting.get(w.id)?.edit === w.edit);
    for (const w of over) this.waiting.delete(w.id);
    await this.#write((tx) => { for (const w of over) tx.objectStore("waiting").delete(w.id); });
  }

  async has(known: Mark[]): Promise<void> {
    this.known = known;
    await this.#write((tx) => tx.objectStore("known").put(known, this.meeting));
  }

  async #write(f: (tx: IDBTransaction) => void): Promise<void> {
    if (!this.#db) return;
    const tx = this.#db.transaction(["waiting", "known"], "readwrite", { durability: "strict" });
    f(tx);
    await new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve();
      tx.onerror = tx.onabort = () => reject(tx.error);
    });
  }

  // marks are all that there are, in the order of their times: as the server has them, with what waits on top.
  get marks(): (Mark & { waits?: boolean; refused?: string })[] {
    const all = new Map<string, Mark & { waits?: boolean; refused?: string }>(this.known.map((m) => [m.id, m]));
    for (const w of this.waiting.values()) {
      if (w.deleted) all.delete(w.id);
      else all.set(w.id, { ...w, waits: true });
    }
    return [...all.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : 1));
  }
}
