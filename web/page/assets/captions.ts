// Captions are the tracks of the video element. They begin as asked (?cc=), or in the reader's
// language when the sound is in another; they follow the sound when that is changed.

import { sameLanguage, type Data } from "./data";
import type { Media } from "./lists";
import { recall, remember } from "./memory";

const sizes = ["1", "1.35", "1.75"];

export class CaptionTracks {
  #last: TextTrack | undefined;

  constructor(readonly media: Media, data: Data) {
    const spoken = () => media.audioTracks.current?.language || data.sounds[0]?.language || "";
    const wish = data.captions.toLowerCase();
    if (wish && wish !== "off" && wish !== "0") this.show(this.#in(wish));
    else if (!wish && !sameLanguage(spoken(), data.ui)) this.show(this.#in(data.ui));
    media.audioTracks.addEventListener("change", () => {
      if (this.showing) this.show(this.#in(spoken()) ?? this.showing);
    });
    this.#size(recall("captions-size") ?? "1");
    if (CSS.supports("-moz-appearance", "none")) this.#lift();
  }

  // Firefox has no way to move the captions by style: there they stand four lines up, above the bar.
  #lift(): void {
    for (const e of this.media.querySelectorAll("track")) {
      e.addEventListener("load", () => {
        for (const cue of e.track.cues ?? []) if (cue instanceof VTTCue && cue.line === "auto") cue.line = -4;
      });
    }
  }

  get all(): TextTrack[] { return [...this.media.textTracks].filter((t) => t.kind === "captions" || t.kind === "subtitles"); }
  get showing(): TextTrack | undefined { return this.all.find((t) => t.mode === "showing"); }

  #in(language: string): TextTrack | undefined {
    return this.all.find((t) => t.language.toLowerCase() === language.toLowerCase()) ?? this.all.find((t) => sameLanguage(t.language, language));
  }

  show(track: TextTrack | undefined): void {
    if (track) this.#last = track;
    for (const t of this.all) t.mode = t === track ? "showing" : "disabled";
  }

  toggle(): void { this.show(this.showing ? undefined : this.#last ?? this.all[0]); }

  larger(step: 1 | -1): void {
    const i = sizes.indexOf(this.media.dataset["captionSize"] ?? "1") + step;
    this.#size(sizes[Math.min(Math.max(i, 0), sizes.length - 1)]!);
  }

  #size(size: string): void {
    if (!sizes.includes(size)) return;
    this.media.dataset["captionSize"] = size;
    remember("captions-size", size === "1" ? null : size);
  }
}
