// The lists of what meetings share: one form, in a dialog, for a record of the list.

import { call } from "../../desk/assets/api";
import { ask } from "../../desk/assets/ask";
import { data, one } from "../../desk/assets/dom";
import { t } from "../../desk/assets/words";
import { slugOf } from "./slug";

type Value = Record<string, unknown>;

export function records(): void {
  const { kind, records: all } = data<{ kind: string; records: Value[]; release: boolean }>("records-data");
  const dialog = one<HTMLDialogElement>("#record"), form = one<HTMLFormElement>("#record-form"), trouble = one("#record-trouble"), slug = one<HTMLInputElement>("#r-slug");
  const fields = [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input[name], textarea[name]")];
  const texts = kind === "organisations" ? "name" : "title";
  let existing = false, own = false, before = "";

  const words = (v: unknown, name: string) => name.startsWith("texts.") ? ((v as Value)[texts] as Record<string, string> | undefined)?.[name.slice(6)] ?? ""
    : name === "aliases" || name === "channels" ? ((v as Value)[name] as string[] | undefined ?? []).join("\n")
    : name === "regions" ? ((v as Value)["regions"] as string[] | undefined ?? []).join(" ")
    : name === "name" && kind === "rooms" ? String((v as Value)["title"] ?? "") : String((v as Value)[name] ?? "");

  const open = (v: Value | undefined) => {
    existing = v !== undefined;
    own = existing;
    trouble.textContent = "";
    for (const f of fields) {
      if (f instanceof HTMLInputElement && f.type === "checkbox") f.checked = Boolean(v?.[f.name]);
      else f.value = words(v ?? {}, f.name);
    }
    slug.readOnly = existing;
    one("#record-title").textContent = existing ? fields[0]!.value || slug.value : t(`record.new.${kind}`);
    const del = document.querySelector<HTMLElement>("#delete-record");
    if (del) del.hidden = !existing;
    more(fields.some((f) => f.closest(".more-language") && f.value));
    before = JSON.stringify(said());
    dialog.showModal();
    fields.find((f) => !f.disabled)?.focus();
  };
  const more = (shown: boolean) => {
    for (const e of form.querySelectorAll<HTMLElement>(".more-language")) e.hidden = !shown;
    form.querySelector("#more-languages")?.setAttribute("aria-expanded", String(shown));
  };
  form.querySelector("#more-languages")?.addEventListener("click", (e) => more((e.currentTarget as HTMLElement).getAttribute("aria-expanded") !== "true"));

  const said = (): Value => {
    const v: Value = {}, named: Record<string, string> = {};
    for (const f of fields) {
      const s = f.value.trim();
      if (f.name === "slug") continue;
      if (f.name.startsWith("texts.")) { if (s) named[f.name.slice(6)] = s; }
      else if (f instanceof HTMLInputElement && f.type === "checkbox") v[f.name] = f.checked;
      else if (f.name === "retention_days") v[f.name] = Math.max(0, Math.round(Number(s) || 0));
      else if (f.name === "aliases") v[f.name] = s.split(/\n/).map((x) => x.trim()).filter(Boolean);
      else if (f.name === "channels") v[f.name] = s.split(/[\n,]/).map((x) => x.trim()).filter(Boolean);
      else if (f.name === "regions") v[f.name] = s.toUpperCase().split(/[\s,]+/).filter(Boolean);
      else if (f.name === "name" && kind === "rooms") v["title"] = s;
      else v[f.name] = s;
    }
    if (kind !== "persons" && kind !== "rooms") v[texts] = { ...(existing ? all.find((x) => x["slug"] === slug.value)?.[texts] as Record<string, string> : {}), ...Object.fromEntries(fields.filter((f) => f.name.startsWith("texts.")).map((f) => [f.name.slice(6), ""])), ...named };
    return v;
  };
  form.addEventListener("input", (e) => {
    if (e.target === slug) own = true;
    else if (!own) slug.value = slugOf(fields.find((f) => (f.name.startsWith("texts.") || f.name === "name") && f.value)?.value ?? "");
  });
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    if (!slug.value.trim()) {
      trouble.textContent = t("record.noslug");
      slug.focus();
      return;
    }
    const path = `/api/v1/${kind}/${encodeURIComponent(slug.value.trim())}`;
    if (!existing && all.some((v) => v["slug"] === slug.value.trim())) {
      trouble.textContent = t("record.taken", { slug: slug.value.trim() });
      slug.focus();
      return;
    }
    try {
      await call("PUT", path, said());
      location.reload();
    } catch (e) { trouble.textContent = e instanceof Error ? e.message : String(e); } // what was typed stays
  });
  const leave = async () => {
    if (JSON.stringify(said()) === before || await ask(t("record.leave"), t("record.leave.yes"), { danger: true })) dialog.close();
  };
  one("#record-cancel").addEventListener("click", () => void leave());
  dialog.addEventListener("cancel", (e) => { e.preventDefault(); void leave(); });
  document.querySelector("#delete-record")?.addEventListener("click", async () => {
    if (!await ask(t("record.delete", { name: one("#record-title").textContent ?? "" }), t("record.delete.yes"), { danger: true, detail: t("record.delete.what") })) return;
    try {
      await call("DELETE", `/api/v1/${kind}/${encodeURIComponent(slug.value)}`);
      location.reload();
    } catch (e) { trouble.textContent = e instanceof Error ? e.message : String(e); }
  });
  document.querySelector("#add-record")?.addEventListener("click", () => open(undefined));
  for (const b of document.querySelectorAll<HTMLElement>("[data-edit]")) b.addEventListener("click", () => open(all[Number(b.dataset["edit"])]));
  document.querySelector<HTMLInputElement>("#find")?.addEventListener("input", (e) => {
    const f = (e.target as HTMLInputElement).value.trim().toLocaleLowerCase();
    for (const tr of document.querySelectorAll<HTMLElement>("table.records tbody tr")) tr.hidden = !tr.textContent!.toLocaleLowerCase().includes(f);
  });
}
