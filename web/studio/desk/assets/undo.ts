// Undo of an editor: states, not operations, so that every change goes back whole.

import { typing } from "./keys";

export class Undo<T> {
  #past: string[] = [];
  #future: string[] = [];
  #now: string;
  // allowed says whether anything may change now.
  allowed: () => boolean = () => true;

  // put shows a state; steps is how far one can go back.
  constructor(first: T, readonly put: (state: T) => void, readonly steps = 100) {
    this.#now = JSON.stringify(first);
    document.addEventListener("keydown", (e) => {
      if (!(e.ctrlKey || e.metaKey) || e.altKey || typing(e)) return;
      const key = e.key.toLowerCase();
      if (key === "z" && !e.shiftKey) this.undo();
      else if (key === "y" || key === "z") this.redo();
      else return;
      e.preventDefault();
    });
  }

  // did records the state after a change; equal states are one.
  did(state: T): void {
    const next = JSON.stringify(state);
    if (next === this.#now) return;
    this.#past.push(this.#now);
    if (this.#past.length > this.steps) this.#past.shift();
    this.#future = [];
    this.#now = next;
  }

  get canUndo(): boolean { return this.#past.length > 0; }
  get canRedo(): boolean { return this.#future.length > 0; }
  undo(): void { this.#go(this.#past, this.#future); }
  redo(): void { this.#go(this.#future, this.#past); }

  #go(from: string[], to: string[]): void {
    const state = this.allowed() ? from.pop() : undefined;
    if (state === undefined) return;
    to.push(this.#now);
    this.#now = state;
    this.put(JSON.parse(state) as T);
  }
}
