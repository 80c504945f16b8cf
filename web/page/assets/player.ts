// The watch page: the player, the transcript beside it, and the buttons to share a second.

import { clock, fill } from "./data";
import { Downloads } from "./downloads";
import { Stage } from "./stage";
import { TranscriptView } from "./transcript";

const stage = new Stage();
new TranscriptView(stage);
new Downloads(stage.media);

for (const e of document.querySelectorAll<HTMLElement>("[data-script]")) e.hidden = false;

document.querySelector("[data-copy-link]")?.addEventListener("click", async () => {
  const said = document.querySelector<HTMLElement>("[data-said]")!, { words, share } = stage.data;
  const t = Math.floor(stage.media.currentTime), link = t > 0 ? `${share}?t=${t}` : share;
  try {
    await navigator.clipboard.writeText(link);
    said.textContent = fill(words["copied"]!, { time: clock(t) });
  } catch {
    // No clipboard (a page without TLS, an old browser): show the link, selected.
    const box = Object.assign(document.createElement("input"), { value: link, readOnly: true, dir: "ltr" });
    box.setAttribute("aria-label", words["manual"]!);
    said.replaceChildren(box);
    box.select();
  }
});

for (const box of document.querySelectorAll<HTMLTextAreaElement>("textarea[readonly]")) box.addEventListener("focus", () => box.select());
