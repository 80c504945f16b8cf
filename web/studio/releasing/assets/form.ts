// A form in a dialog: it stays open, with all that was typed, until the server has taken it.

import { make } from "../../desk/assets/dom";
import { t } from "../../desk/assets/words";

export interface Options {
  title: string;
  text?: string;
  yes: string;
  danger?: boolean;
  wide?: boolean;
  told?: boolean; // it only tells something: there is nothing to leave
  content?: (Node | string)[];
  // send does what is asked; what it throws is shown, and the form stays.
  send?: (form: HTMLFormElement) => Promise<void>;
}

let number = 0;

// openForm resolves to true when the form was sent, and to false when it was left.
export function openForm(o: Options): Promise<boolean> {
  const id = `form-title-${++number}`;
  const problem = make("p", { class: "note bad", role: "alert" });
  problem.hidden = true;
  const no = make("button", { type: "button" }, t("cancel"));
  const yes = make("button", { type: "submit", class: o.danger ? "danger" : "primary" }, o.yes);
  const form = make("form", { novalidate: "" }, make("h2", { id }, o.title), ...(o.text ? [make("p", {}, o.text)] : []), ...(o.content ?? []), problem,
    make("p", { class: "actions" }, ...(o.told ? [] : [no]), yes));
  const dialog = make("dialog", { class: o.wide ? "release-form wide" : "release-form", "aria-labelledby": id }, form);
  const before = document.activeElement;
  let sent = false, busy = false;
  no.addEventListener("click", () => dialog.close());
  dialog.addEventListener("cancel", (e) => { if (busy) e.preventDefault(); });
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    if (busy) return;
    busy = true;
    yes.disabled = no.disabled = true;
    yes.textContent = t("busy");
    problem.hidden = true;
    try {
      await o.send?.(form);
      sent = true;
      dialog.close();
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
      problem.hidden = false;
      problem.scrollIntoView({ block: "nearest" });
    } finally {
      busy = false;
      yes.disabled = no.disabled = false;
      yes.textContent = o.yes;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  ((o.told ? null : form.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select")) ?? yes).focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    resolve(sent);
  }, { once: true }));
}

// field is a label over a control.
export function field(label: string, control: HTMLElement, hint = ""): HTMLElement {
  control.id ||= `field-${++number}`;
  const l = make("label", { for: control.id }, label);
  if (hint) l.append(" ", make("span", { class: "soft" }, hint));
  return make("div", { class: "field" }, l, control);
}

// choices is a set of radio buttons, each with what it means.
export function choices(legend: string, name: string, all: { value: string; label: string; hint?: string }[], chosen: string): HTMLFieldSetElement {
  return make("fieldset", { class: "choices" }, make("legend", {}, legend), ...all.map((c) => {
    const radio = make("input", { type: "radio", name, value: c.value });
    radio.defaultChecked = c.value === chosen;
    return make("label", { class: "choice" }, radio, make("span", {}, make("b", {}, c.label), ...(c.hint ? [" ", make("span", { class: "soft" }, c.hint)] : [])));
  }));
}
