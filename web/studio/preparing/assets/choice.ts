// Which columns are shown, and in which languages; remembered in this browser.

import { make, one } from "../../desk/assets/dom";
import { t } from "../../desk/assets/words";
import { within, type Column, type Setting } from "./columns";

const memory = "rostrum:columns";

function remembered(): Record<string, boolean> {
  try { return JSON.parse(localStorage.getItem(memory) ?? "{}") as Record<string, boolean>; } catch { return {}; }
}

export function chosenColumns(all: Column[]): Column[] {
  const said = remembered();
  return all.filter((c) => c.key === "speaker" || (said[c.key] ?? c.shown));
}

export function chooseColumns(all: Column[], s: Setting, show: (columns: Column[]) => void): void {
  const dialog = one<HTMLDialogElement>("#columns"), box = one("#column-choice");
  one("#choose-columns").addEventListener("click", () => {
    draw();
    dialog.showModal();
    box.querySelector<HTMLElement>("input:not(:disabled)")?.focus();
  });
  const draw = () => {
    const chosen = new Set(chosenColumns(all).map((c) => c.key)), groups = [...new Set(all.map((c) => c.group))];
    box.replaceChildren(...groups.map((g) => make("fieldset", {}, make("legend", {}, g), ...all.filter((c) => c.group === g).map((c) => {
      const tick = make("input", { type: "checkbox" });
      tick.checked = chosen.has(c.key);
      tick.disabled = c.key === "speaker";
      tick.addEventListener("change", () => {
        try { localStorage.setItem(memory, JSON.stringify({ ...remembered(), [c.key]: tick.checked })); } catch { /* no memory here */ }
        c.shown = tick.checked;
        show(chosenColumns(all));
      });
      return make("label", { class: "check" }, tick, make("span", { dir: "auto" }, c.label));
    }))));
  };
  // A language that nobody has used yet comes by its code.
  const field = one<HTMLInputElement>("#add-language");
  const add = () => {
    const code = field.value.trim().replaceAll("_", "-").toLowerCase();
    field.setCustomValidity(/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/.test(code) ? "" : t("wrong.language", { words: field.value }));
    if (!field.reportValidity()) return;
    if (!s.languages.some((l) => l.code.toLowerCase() === code)) {
      let name = code;
      try { name = new Intl.DisplayNames(document.documentElement.lang, { type: "language" }).of(code) ?? code; } catch { /* an unknown one has no name */ }
      s.languages.push({ code, name, dir: "auto" });
      for (const like of all.filter((c) => c.key.endsWith(".en"))) {
        const of = like.key.split(".")[0]!, wire = like.wire!;
        all.push({ ...like, key: `${of}.${code}`, group: name, shown: false, label: t({ titles: "column.title.in", functions: "column.function.in", abstract: "column.abstract.in" }[of] ?? "", { language: within(name) }),
          of: (r) => (r as unknown as Record<string, Record<string, string>>)[of]?.[code] ?? "",
          wire: (w) => ({ [of]: { [code]: Object.values(Object.values(wire(w))[0] as Record<string, string>)[0] } }) });
      }
    }
    field.value = "";
    draw();
  };
  one("#add-language-now").addEventListener("click", add);
  field.addEventListener("input", () => field.setCustomValidity(""));
  field.addEventListener("keydown", (e) => {
    if (e.key !== "Enter") return;
    e.preventDefault();
    add();
  });
}
