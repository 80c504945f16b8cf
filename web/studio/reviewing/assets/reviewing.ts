// The review page: the player, the buttons that take the time shown, and keeping what was typed until it is sent.

import { one } from "../../desk/assets/dom";
import { previewOn } from "../../desk/assets/preview";
import { elapsed } from "../../desk/assets/times";

for (const e of document.querySelectorAll<HTMLElement>("[data-script]")) e.hidden = false;

const preview = previewOn();

for (const b of document.querySelectorAll<HTMLButtonElement>("[data-now]")) {
  b.addEventListener("click", () => {
    const to = one<HTMLInputElement>(`#${b.dataset["now"]}`);
    to.value = elapsed(Math.floor(preview?.video.currentTime ?? 0));
    to.dispatchEvent(new Event("input", { bubbles: true }));
    to.focus();
  });
}

// What is typed survives a reload in this window, and nothing longer: the page is private.
const form = document.querySelector<HTMLFormElement>("form.say"), key = `rostrum:review:${location.pathname}`;
if (form) {
  const fields = () => [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input:not([type=radio]), textarea")];
  try {
    if (new URLSearchParams(location.search).has("said")) sessionStorage.removeItem(key);
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "{}") as Record<string, string>;
    for (const f of fields()) if (kept[f.name] && !f.value) f.value = kept[f.name]!;
  } catch { /* no memory here */ }
  form.addEventListener("input", () => {
    try { sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(fields().map((f) => [f.name, f.value])))); } catch { /* no memory here */ }
  });
  document.querySelector<HTMLElement>("#problem")?.focus();
}
