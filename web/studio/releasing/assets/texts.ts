// The texts of an intervention. What was changed is gathered, sent a moment later, and kept in this browser until the server has it.

import { call } from "../../desk/assets/api";
import { one } from "../../desk/assets/dom";
import { Saver } from "../../desk/assets/save";

type Value = string | boolean | string[] | Record<string, string>;
type Change = Record<string, Value>;

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export class Texts {
  #change: Change = {};
  readonly saver: Saver<Change>;

  constructor(readonly id: string) {
    const saved = one("[data-saved]"), form = one<HTMLFormElement>("#texts");
    this.saver = new Saver<Change>(async (change) => {
      const sent = JSON.stringify(change);
      await call("PATCH", `/api/v1/interventions/${id}`, change);
      if (JSON.stringify(this.#change) === sent) this.#change = {};
    }, (state, words) => {
      saved.dataset["state"] = state;
      saved.textContent = words;
    }, `rostrum:texts:${id}`);
    form.addEventListener("submit", (e) => { e.preventDefault(); void this.saver.flush(); });
    form.addEventListener("input", (e) => {
      const c = e.target as Control;
      if (c.dataset["text"]) this.#take(c);
    });
    const left = this.saver.left;
    if (left) {
      this.#change = left;
      for (const c of form.querySelectorAll<Control>("[data-text]")) this.#show(c, left);
      this.saver.change(left);
    }
  }

  #take(c: Control): void {
    const name = c.dataset["text"]!, language = c.dataset["in"];
    const value = c instanceof HTMLInputElement && c.type === "checkbox" ? c.checked : name === "topics" ? c.value.split(",").map((s) => s.trim()).filter(Boolean) : c.value;
    this.#change = { ...this.#change, [name]: language ? { ...(this.#change[name] as Record<string, string> | undefined), [language]: c.value } : value };
    if (name === "title") {
      c.setAttribute("aria-invalid", String(!c.value.trim()));
      one("[data-show=title]").textContent = c.value;
    }
    this.saver.change(this.#change);
  }

  #show(c: Control, change: Change): void {
    const name = c.dataset["text"]!, value = change[name];
    if (value === undefined) return;
    if (c instanceof HTMLInputElement && c.type === "checkbox") c.checked = value === true;
    else if (Array.isArray(value)) c.value = value.join(", ");
    else if (typeof value === "object") c.value = value[c.dataset["in"] ?? ""] ?? c.value;
    else c.value = String(value);
  }
}
