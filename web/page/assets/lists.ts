// The lists of sounds and of picture qualities, in the form in which media-chrome looks for them
// on the media element (audioTracks as in HTML; videoRenditions as its makers propose it). Browsers
// have neither for Media Source playback, so the lists are ours, acted upon by source.ts.

import { side, type Data, type Sound } from "./data";

export class SoundTrack {
  #list: SoundList;
  #enabled = false;
  readonly kind = "main";
  constructor(list: SoundList, readonly id: string, readonly label: string, readonly language: string, readonly sound: Sound) {
    this.#list = list;
  }
  get enabled() { return this.#enabled; }
  // Exactly one sound is on, as a person expects of a language menu.
  set enabled(on: boolean) {
    if (!on || this.#enabled) return;
    for (const other of this.#list.tracks) other.#enabled = other === this;
    this.#list.dispatchEvent(new Event("change"));
  }
}

export class SoundList extends EventTarget {
  tracks: SoundTrack[];
  constructor(sounds: Sound[]) {
    super();
    this.tracks = sounds.map((s, i) => new SoundTrack(this, String(i), s.label, s.language, s));
  }
  get length() { return this.tracks.length; }
  get current(): SoundTrack | undefined { return this.tracks.find((t) => t.enabled); }
  [Symbol.iterator]() { return this.tracks[Symbol.iterator](); }
}

export interface Rendition { id: string; src: string; width: number; height: number; bitrate: number }

export class RenditionList extends EventTarget {
  [index: number]: Rendition;
  length = 0;
  #selected = -1;
  // -1 is automatic.
  get selectedIndex() { return this.#selected; }
  set selectedIndex(i: number) {
    if (i === this.#selected) return;
    this.#selected = i;
    this.dispatchEvent(new Event("change"));
  }
  fill(renditions: Rendition[]) {
    while (this.length) delete this[--this.length];
    for (const r of renditions) this[this.length++] = r;
    this.dispatchEvent(new Event("addrendition"));
  }
  *[Symbol.iterator]() { for (let i = 0; i < this.length; i++) yield this[i]!; }
}

export type Media = HTMLVideoElement & { audioTracks: SoundList; videoRenditions: RenditionList };

// sizes are the entries of the quality menu, one for each size: rungs of one size differ in codec, and that choice is not the
// viewer's.
export function sizes(data: Data): Rendition[] {
  const rungs = new Map(data.pictures.map((p) => [side(p), p]));
  return [...rungs.values()].map((p) => {
    const id = String(side(p));
    return { id, src: id, width: p.width, height: p.height, bitrate: p.bytes * 8 / data.duration };
  });
}

// withLists fills both lists from what the page says, so that sound and quality can be chosen before a byte is loaded.
export function withLists(video: HTMLVideoElement, data: Data): Media {
  const renditions = new RenditionList();
  renditions.fill(sizes(data));
  Object.defineProperty(video, "audioTracks", { value: new SoundList(data.sounds) });
  Object.defineProperty(video, "videoRenditions", { value: renditions });
  return video as Media;
}
