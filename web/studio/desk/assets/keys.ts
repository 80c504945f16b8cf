// Keys of an editor: a table of commands, each with its keys. They can be changed, are remembered, and are shown with "?". Keys never
// need Alt or Ctrl with a letter, which browsers and screen readers use; Ctrl+Z and Ctrl+Y for undo are the exception that everybody
// expects, and are handled by undo.ts.

import { make } from "./dom";
import { t } from "./words";

export interface Command { id: string; label: string; keys: string[]; run: (e: KeyboardEvent) => void; group?: string }

// typing says whether a key belongs to a field in which somebody writes.
export function typing(e: KeyboardEvent): boolean {
  const to = e.composedPath()[0];
  return to instanceof HTMLElement && (to.isContentEditable || to.matches("input:not([type=checkbox], [type=radio], [type=range], [type=button]), textarea, select"));
}

// named is a key as people read it.
export function named(key: string): string {
  const names: Record<string, string> = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
  return key.split("+").filter(Boolean).map((k) => names[k] ?? k).join("+") || "+";
}

// pressed is what a key press is called in the table: "i", "I" is "Shift+i", "Shift+ArrowLeft"; signs stand for themselves.
export function pressed(e: KeyboardEvent): string {
  const letter = /^\p{L}$/u.test(e.key);
  return (e.shiftKey && (letter || e.key.length > 1) ? "Shift+" : "") + (letter ? e.key.toLowerCase() : e.key);
}

export class Keys {
  #commands: Command[];
  #memory: string;
  #dialog: HTMLDialogElement | undefined;

  // where names the editor for the memory of changed keys.
  constructor(where: string, commands: Command[], target: EventTarget = document) {
    this.#memory = `rostrum:keys:${where}`;
    this.#commands = [...commands, { id: "help", label: t("keys.help"), keys: ["?"], run: () => this.show() }];
    this.#recall();
    target.addEventListener("keydown", (e) => this.#press(e as KeyboardEvent));
  }

  #defaults = new Map<string, string[]>();

  #recall(): void {
    let changed: Record<string, string[]> = {};
    try { changed = JSON.parse(localStorage.getItem(this.#memory) ?? "{}"); } catch { /* no memory here */ }
    for (const c of this.#commands) {
      this.#defaults.set(c.id, c.keys);
      c.keys = changed[c.id] ?? c.keys;
    }
  }

  #press(e: KeyboardEvent): void {
    if (e.defaultPrevented || e.ctrlKey || e.altKey || e.metaKey || e.isComposing || typing(e) || document.querySelector("dialog[open]")) return;
    // Space and Enter press the button that has the focus.
    if ((e.key === " " || e.key === "Enter") && e.target instanceof Element && e.target.closest("button, a, summary, [role=button], input")) return;
    const key = pressed(e), command = this.#commands.find((c) => c.keys.includes(key));
    if (!command) return;
    e.preventDefault();
    command.run(e);
  }

  show(): void {
    this.#dialog ??= document.body.appendChild(make("dialog", { class: "keys", "aria-labelledby": "keys-title" }));
    const list = make("dl");
    for (const c of this.#commands) {
      const change = make("button", { type: "button", class: "quiet", title: t("keys.change", { what: c.label }) }, ...c.keys.map((k) => make("kbd", {}, named(k))));
      change.addEventListener("click", () => this.#change(c, change));
      list.append(make("div", {}, make("dt", {}, c.label), make("dd", {}, change)));
    }
    const reset = make("button", { type: "button" }, t("keys.reset"));
    reset.addEventListener("click", () => {
      for (const c of this.#commands) c.keys = this.#defaults.get(c.id) ?? c.keys;
      this.#remember();
      this.show();
    });
    const close = make("button", { type: "button", class: "primary" }, t("close"));
    close.addEventListener("click", () => this.#dialog!.close());
    this.#dialog.replaceChildren(make("h2", { id: "keys-title" }, t("keys")), list, make("p", { class: "actions" }, reset, close));
    if (!this.#dialog.open) this.#dialog.showModal();
    close.focus();
  }

  #change(command: Command, button: HTMLElement): void {
    button.replaceChildren(t("keys.change", { what: command.label }));
    button.addEventListener("keydown", (e) => {
      e.preventDefault();
      e.stopPropagation();
      if (["Shift", "Control", "Alt", "Meta"].includes(e.key)) return this.#change(command, button);
      const key = pressed(e), other = this.#commands.find((c) => c !== command && c.keys.includes(key));
      if (other) {
        button.replaceChildren(t("keys.taken", { key: named(key), what: other.label }));
        return this.#change(command, button);
      }
      if (e.key !== "Escape" && !e.ctrlKey && !e.altKey && !e.metaKey) {
        command.keys = [key];
        this.#remember();
      }
      this.show();
    }, { once: true });
  }

  #remember(): void {
    const changed: Record<string, string[]> = {};
    for (const c of this.#commands) if (c.keys !== this.#defaults.get(c.id)) changed[c.id] = c.keys;
    try { localStorage.setItem(this.#memory, JSON.stringify(changed)); } catch { /* no memory here */ }
  }
}
