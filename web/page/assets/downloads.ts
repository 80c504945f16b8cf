// The files to take away, one language at a time: the one that is listened to, or the one that is asked for here.

import type { Media } from "./lists";

export class Downloads {
  #links = [...document.querySelectorAll<HTMLAnchorElement>("#downloads [data-channel]")];
  #takes = [...document.querySelectorAll<HTMLElement>("[data-take]")];

  constructor(readonly media: Media) {
    for (const a of this.#links) {
      a.addEventListener("click", (e) => {
        if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey || e.button) return;
        e.preventDefault();
        this.#show(a.dataset["channel"]!);
      });
    }
    const follow = () => {
      const sound = media.audioTracks.current?.sound;
      if (sound) this.#show(sound.silent ? "floor" : sound.channel);
    };
    media.audioTracks.addEventListener("change", follow);
    follow();
  }

  #show(channel: string): void {
    if (!this.#takes.some((t) => t.dataset["take"] === channel)) return;
    for (const t of this.#takes) {
      t.hidden = t.dataset["take"] !== channel;
      // While the same is played, the notice stands above already.
      const notice = t.querySelector<HTMLElement>(".notice");
      if (notice) notice.hidden = channel === this.media.audioTracks.current?.sound.channel;
    }
    for (const a of this.#links) {
      if (a.dataset["channel"] === channel) a.setAttribute("aria-current", "true");
      else a.removeAttribute("aria-current");
    }
  }
}
