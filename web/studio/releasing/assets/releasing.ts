// Release: the table of a meeting, and the page of one intervention.

for (const e of document.querySelectorAll<HTMLElement>("[data-script]")) e.hidden = false;

if (document.querySelector("#release-table")) void import("./table").then((m) => m.start());
if (document.querySelector("#intervention")) void import("./one").then((m) => m.start());
