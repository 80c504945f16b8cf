// Typing into a cell of the grid: a field over the cell, whose words go into it with Enter, Tab, or when it is left, and not with Escape.

import { make } from "../../desk/assets/dom";
import type { Column } from "./columns";
import type { Grid, Place } from "./grid";

// Where the focus goes afterwards.
export type Onward = "down" | "up" | "next" | "back" | "stay" | "away";

export class Typing {
  #field: HTMLInputElement | HTMLTextAreaElement | undefined;
  #place: Place | undefined;

  constructor(readonly grid: Grid, readonly done: (at: Place, words: string, onward: Onward) => void) {}

  get on(): boolean { return this.#field !== undefined; }

  // begin opens the field over a cell; words replaces what is there, undefined changes it.
  begin(at: Place, before: string, words?: string): void {
    const column = this.grid.columns[at.column], td = this.grid.cell(at);
    if (!column || !td || column.fixed || !this.grid.may) return;
    this.end("stay");
    const attributes = { class: "cell-field", dir: "auto", "aria-label": column.label, spellcheck: "true", autocomplete: "off" };
    const field = column.long || before.includes("\n") ? make("textarea", { ...attributes, rows: "4" }) : make("input", { ...attributes, type: "text", ...(column.list?.length ? { list: listOf(column) } : {}) });
    field.value = words ?? before;
    this.#field = field;
    this.#place = at;
    this.grid.handle.remove();
    td.append(field);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.addEventListener("keydown", (e) => this.#key(e as KeyboardEvent));
    field.addEventListener("blur", () => this.end("away"));
  }

  #key(e: KeyboardEvent): void {
    e.stopPropagation();
    if (e.isComposing) return;
    const line = this.#field instanceof HTMLTextAreaElement && (e.altKey || e.shiftKey);
    if (e.key === "Escape") this.end("stay", true);
    else if (e.key === "Enter" && !line) this.end(e.shiftKey ? "up" : "down");
    else if (e.key === "Enter" && e.altKey) this.#field!.setRangeText("\n", this.#field!.selectionStart ?? 0, this.#field!.selectionEnd ?? 0, "end");
    else if (e.key === "Tab") this.end(e.shiftKey ? "back" : "next");
    else return;
    e.preventDefault();
  }

  end(onward: Onward, forget = false): void {
    const field = this.#field, at = this.#place;
    if (!field || !at) return;
    this.#field = this.#place = undefined;
    const words = field.value;
    field.remove();
    if (forget) this.grid.select(at);
    else this.done(at, words, onward);
  }
}

// listOf gives the name of the list of what a column offers, which is made at its first use.
function listOf(column: Column): string {
  const id = `offer-${column.key.replace(/\W/g, "-")}`;
  if (!document.getElementById(id)) document.body.append(make("datalist", { id }, ...column.list!.map((x) => make("option", { value: x }))));
  return id;
}
