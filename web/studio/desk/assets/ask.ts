// A question in a dialog, for what cannot be undone. It resolves to false when it is closed.

import { make } from "./dom";
import { t } from "./words";

export function ask(question: string, yes: string, { danger = false, detail = "" } = {}): Promise<boolean> {
  const ok = make("button", { type: "submit", value: "yes", class: danger ? "danger" : "primary" }, yes);
  const no = make("button", { type: "submit", value: "", class: "" }, t("cancel"));
  const dialog = make("dialog", { "aria-labelledby": "question" },
    make("form", { method: "dialog" }, make("h2", { id: "question" }, question), ...(detail ? [make("p", {}, detail)] : []), make("p", { class: "actions" }, no, ok)));
  document.body.append(dialog);
  dialog.showModal();
  (danger ? no : ok).focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    resolve(dialog.returnValue === "yes");
    dialog.remove();
  }, { once: true }));
}
