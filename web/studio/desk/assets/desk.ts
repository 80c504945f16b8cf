// What every page of the studio has: the choice of light or dark, and times in the reader's own zone.

import { language } from "./words";

for (const b of document.querySelectorAll("[data-theme-switch]")) {
  b.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset["theme"] ? root.dataset["theme"] === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset["theme"] = dark ? "light" : "dark";
    try { localStorage.setItem("rostrum:theme", root.dataset["theme"]); } catch { /* no memory here */ }
  });
}

const local = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

export function localTimes(within: ParentNode = document): void {
  for (const e of within.querySelectorAll<HTMLTimeElement>("time[datetime*=T]")) {
    const at = new Date(e.dateTime);
    if (!Number.isNaN(+at)) {
      e.title = e.textContent ?? "";
      e.textContent = local.format(at);
    }
  }
}

localTimes();
