// Lists that browsers know by themselves: time zones, and countries by their two letters.

import { make } from "../../desk/assets/dom";
import { language } from "../../desk/assets/words";

export function offerZones(): void {
  const list = document.getElementById("zones");
  if (!list) return;
  let zones: string[] = [];
  try { zones = Intl.supportedValuesOf("timeZone"); } catch { /* an older browser offers none */ }
  list.replaceChildren(...["UTC", ...zones].map((value) => make("option", { value })));
}

export function tellCountry(): void {
  const field = document.querySelector<HTMLInputElement>("#country"), name = document.getElementById("country-name");
  if (!field || !name) return;
  const tell = () => {
    const code = field.value.trim().toUpperCase();
    let words = "";
    try { words = /^[A-Z]{2}$/.test(code) ? new Intl.DisplayNames(language, { type: "region", fallback: "none" }).of(code) ?? "" : ""; } catch { /* none */ }
    name.textContent = words;
  };
  field.addEventListener("input", tell);
  tell();
}
