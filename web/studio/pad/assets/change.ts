// The dialog that corrects a mark: somebody else of the list, another name, nobody, or no mark at all.

import { make } from "../../desk/assets/dom";
import { t } from "../../desk/assets/words";
import type { Mark } from "./kept";
import type { Speaker } from "./pad";

const nobody = "-", typed = "+";

export function change(speakers: Speaker[], m: Mark, at: string): Promise<Pick<Mark, "intervention" | "speaker" | "end"> | "delete" | undefined> {
  const select = make("select", { id: "change-who" }, ...speakers.map((s) => make("option", { value: s.id }, s.speaker || s.title)),
    make("option", { value: nobody }, t("nobody")), make("option", { value: typed }, t("other")));
  const listed = speakers.some((s) => s.id === m.intervention);
  select.value = m.end ? nobody : listed ? m.intervention : typed;
  const name = make("input", { id: "change-name", autocomplete: "off", maxlength: "150", dir: "auto" });
  name.value = listed || m.end ? "" : m.speaker;
  const field = make("div", { class: "field" }, make("label", { for: "change-name" }, t("change.typed")), name);
  const open = () => {
    field.hidden = select.value !== typed;
    name.required = !field.hidden;
  };
  select.addEventListener("change", () => {
    open();
    if (!field.hidden) name.focus();
  });
  open();
  const cancel = make("button", { type: "submit", value: "", formnovalidate: "" }, t("cancel")), remove = make("button", { type: "submit", value: "delete", class: "danger", formnovalidate: "" }, t("delete"));
  const dialog = make("dialog", { "aria-labelledby": "change-title", class: "pad-change" }, make("form", { method: "dialog" }, make("h2", { id: "change-title" }, t("change.title", { at })),
    make("div", { class: "field" }, make("label", { for: "change-who" }, t("change.who")), select), field,
    // The first button is the one that Enter presses.
    make("p", { class: "actions" }, make("button", { type: "submit", value: "save", class: "primary" }, t("save")), remove, cancel)));
  document.body.append(dialog);
  dialog.showModal();
  select.focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    const what = dialog.returnValue;
    dialog.remove();
    if (what === "delete") resolve("delete");
    else if (what !== "save" || select.value === typed && !name.value.trim()) resolve(undefined);
    else if (select.value === nobody) resolve({ intervention: "", speaker: "", end: true });
    else if (select.value === typed) resolve({ intervention: "", speaker: name.value.trim(), end: false });
    else resolve({ intervention: select.value, speaker: "", end: false });
  }, { once: true }));
}
