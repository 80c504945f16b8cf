// A new meeting.

import { address, call } from "../../desk/assets/api";
import { one } from "../../desk/assets/dom";
import { t } from "../../desk/assets/words";
import { slugOf } from "./slug";
import { offerZones, tellCountry } from "./zones";

export function newMeeting(): void {
  const form = one<HTMLFormElement>("#new-meeting"), field = (name: string) => one<HTMLInputElement>(`[name=${name}]`, form), trouble = one("#new-trouble");
  const memory = "rostrum:new-meeting";
  try {
    for (const [name, value] of Object.entries(JSON.parse(localStorage.getItem(memory) ?? "{}") as Record<string, string>)) field(name).value = value;
  } catch { /* no memory here */ }
  let own = field("slug").value !== "";
  const example = () => { one("#slug-example").textContent = `/m/${field("slug").value || "cxo-2026-geneva"}`; };
  form.addEventListener("input", (e) => {
    if (e.target === field("slug")) own = field("slug").value !== "";
    if (!own) field("slug").value = slugOf(`${field("title").value} ${field("title").value.includes(field("starts").value.slice(0, 4) || "-") ? "" : field("starts").value.slice(0, 4)}`);
    example();
    (e.target as HTMLElement).removeAttribute("aria-invalid");
    try { localStorage.setItem(memory, JSON.stringify(Object.fromEntries(new FormData(form)))); } catch { /* no memory here */ }
  });
  if (!field("time_zone").value) field("time_zone").value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    trouble.textContent = "";
    const missing = (["title", "slug", "starts"] as const).find((n) => !field(n).value.trim());
    if (missing) {
      trouble.textContent = t(`new.missing.${missing}`);
      field(missing).setAttribute("aria-invalid", "true");
      field(missing).focus();
      return;
    }
    const said = Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, String(v).trim()]));
    try {
      const made = await call<{ slug: string }>("POST", "/api/v1/meetings", { ...said, ends: said["ends"] || said["starts"], title: { [field("title").dataset["language"]!]: said["title"] } });
      try { localStorage.removeItem(memory); } catch { /* no memory here */ }
      location.assign(address(`/studio/meetings/${made.slug}/facts`));
    } catch (e) { trouble.textContent = e instanceof Error ? e.message : String(e); } // what was typed stays
  });
  offerZones();
  tellCountry();
  example();
}
