// The language that is listened to: the one that the address asks for, else the one chosen last, else the original; and while it
// is an interpretation, the notice that only the original is authentic, in that language.

import { make } from "./chrome";
import type { Data } from "./data";
import type { Media } from "./lists";
import { recall, remember } from "./memory";

// Seconds for which the notice stands in the picture, controls or not, when an interpretation begins.
const noticeTime = 7;

// enableFirst chooses the sound to begin with.
export function enableFirst({ audioTracks }: Media, data: Data): void {
  const { tracks } = audioTracks;
  for (const wish of [data.sound, recall("sound") ?? "", "floor"].map((w) => w.toLowerCase())) {
    const track = wish && (tracks.find((t) => t.sound.channel.toLowerCase() === wish) ?? tracks.find((t) => t.language.toLowerCase() === wish));
    if (track) {
      track.enabled = true;
      break;
    }
  }
  if (!audioTracks.current && tracks[0]) tracks[0].enabled = true;
  audioTracks.addEventListener("change", () => remember("sound", audioTracks.current?.sound.channel ?? null));
}

export class Notice {
  // Below the picture on the watch page; in the picture in a frame and in full screen.
  #beside = document.querySelector("[data-said-notice]");
  #inside = make("div", { class: "aloud", slot: "top-chrome" });
  #timer = 0;

  constructor(readonly media: Media, controller: HTMLElement) {
    controller.prepend(this.#inside); // at the top, whether the title shows or not
    this.#beside?.setAttribute("aria-live", "polite");
    this.#show();
    media.audioTracks.addEventListener("change", () => { this.#show(); if (!media.paused) this.#stand(); });
    media.addEventListener("playing", () => this.#stand(), { once: true });
  }

  #show(): void {
    const notice = this.media.audioTracks.current?.sound.notice;
    for (const place of [this.#beside, this.#inside]) {
      place?.replaceChildren(...(notice ? [make("p", { class: "notice", lang: notice.language, dir: notice.dir }, notice.text)] : []));
    }
  }

  #stand(): void {
    clearTimeout(this.#timer);
    this.#inside.setAttribute("noautohide", "");
    this.#timer = setTimeout(() => this.#inside.removeAttribute("noautohide"), noticeTime * 1000);
  }
}
