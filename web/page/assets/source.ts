// Where the bytes come from: nothing before the first play, then HLS through hls.js (Media Source
// first, since Chromium answers "maybe" to native HLS and shows no captions then), native HLS where
// there is no Media Source, and the small MP4 when all else fails.

import type Hls from "hls.js";
import { sameLanguage, type Data } from "./data";
import type { Media } from "./lists";

type Trouble = "network" | "media";

interface Connection { saveData?: boolean; effectiveType?: string; downlink?: number }

// Mbit/s and below which a line counts as slow: the 480p rung and its sound with room to spare.
const slowLine = 1.5;

export class Source {
  #hls: Hls | undefined;
  #begun = false;
  #recovered = false;
  onTrouble: (what: Trouble) => void = () => {};
  onWell: () => void = () => {};

  constructor(readonly media: Media, readonly data: Data) {
    for (const s of media.querySelectorAll("source")) s.remove();
    media.removeAttribute("src");
    media.load(); // forget the MP4 that a browser without scripts would play
    media.addEventListener("play", () => this.begin());
    media.addEventListener("playing", () => this.onWell());
    media.addEventListener("error", () => {
      // hls.js reports its own; this is for plain files and native HLS.
      if (this.#hls || !media.error) return;
      this.onTrouble(media.error.code === MediaError.MEDIA_ERR_NETWORK ? "network" : "media");
    });
    media.audioTracks.addEventListener("change", () => this.#applySound());
    media.videoRenditions.addEventListener("change", () => {
      // nextLevel changes at the next segment, without the stall that currentLevel brings.
      if (this.#hls) this.#hls.nextLevel = this.#levelOf(media.videoRenditions.selectedIndex);
    });
  }

  get connection(): Connection { return (navigator as Navigator & { connection?: Connection }).connection ?? {}; }

  get thrifty(): boolean {
    const c = this.connection;
    return c.saveData === true || c.effectiveType === "slow-2g" || c.effectiveType === "2g" || c.effectiveType === "3g" ||
      (c.downlink !== undefined && c.downlink > 0 && c.downlink < slowLine);
  }

  async begin(): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    const { media, data } = this;
    if (!data.master) return this.simple();
    let library: typeof Hls;
    try {
      library = (await import("hls.js")).default;
    } catch {
      this.#begun = false;
      return this.onTrouble("network");
    }
    if (library.isSupported()) return this.#connect(library);
    if (media.canPlayType("application/vnd.apple.mpegurl")) {
      media.src = data.master;
      return this.#go();
    }
    this.simple();
  }

  // retry is for a person's wish to try again after a network trouble.
  retry(): void {
    this.#recovered = false;
    if (!this.#begun) {
      void this.begin();
    } else if (this.#hls) {
      if (this.#hls.levels.length) this.#hls.startLoad(this.media.currentTime);
      else this.#hls.loadSource(this.data.master);
      this.#go();
    } else {
      const t = this.media.currentTime;
      this.media.load();
      this.media.currentTime = t;
      this.#go();
    }
  }

  // simple plays the small MP4 from where we are.
  simple(): void {
    const { media, data } = this;
    if (!data.simple) return this.onTrouble("media");
    const t = media.currentTime;
    this.#hls?.destroy();
    this.#hls = undefined;
    this.#begun = true;
    media.videoRenditions.fill([]);
    media.src = data.simple;
    if (t) media.currentTime = t;
    this.#go();
  }

  #go(): void {
    // Refused without a gesture: then the play button is there to be pressed.
    this.media.play().catch(() => {});
  }

  #connect(library: typeof Hls): void {
    const { media, data } = this;
    const thrifty = this.thrifty;
    const hls = new library({
      startPosition: media.currentTime > 0 ? media.currentTime : -1,
      startLevel: thrifty ? 0 : undefined,
      abrEwmaDefaultEstimate: thrifty ? 200_000 : 1_000_000, // bit/s
      capLevelToPlayerSize: true,
      maxBufferLength: thrifty ? 15 : 30, // seconds
      backBufferLength: 60,
      enableWorker: false, // fMP4 needs no transmuxing, and a worker would need blob: in the policy
      // Captions are tracks of the video element, in every browser alike; hls.js leaves them alone.
      subtitleTrackController: undefined,
      subtitleStreamController: undefined,
      timelineController: undefined,
    });
    this.#hls = hls;
    hls.on(library.Events.MANIFEST_PARSED, () => {
      this.#fillRenditions(hls);
      // A line that is paid by the megabyte gets the rungs up to 360p unless the viewer asks for more.
      if (this.connection.saveData) {
        const small = hls.levels.findLastIndex((l) => Math.min(l.width, l.height) <= 360);
        if (small >= 0) hls.autoLevelCapping = small;
      }
    });
    hls.on(library.Events.AUDIO_TRACKS_UPDATED, () => this.#applySound());
    hls.on(library.Events.ERROR, (_, e) => {
      if (!e.fatal) return;
      if (e.type === library.ErrorTypes.NETWORK_ERROR) return this.onTrouble("network");
      if (e.type === library.ErrorTypes.MEDIA_ERROR && !this.#recovered) {
        this.#recovered = true;
        hls.recoverMediaError();
        return;
      }
      this.simple();
    });
    hls.attachMedia(media);
    hls.loadSource(data.master);
    this.#go();
  }

  #fillRenditions(hls: Hls): void {
    // One entry for each size: rungs of one size differ in codec, and that choice is the browser's.
    const best = new Map<number, number>();
    hls.levels.forEach((l, i) => best.set(Math.min(l.width, l.height), i));
    this.media.videoRenditions.fill([...best.values()].map((i) => {
      const l = hls.levels[i]!;
      return { id: String(i), src: String(i), width: l.width, height: l.height, bitrate: l.bitrate };
    }));
  }

  #levelOf(index: number): number {
    const r = this.media.videoRenditions[index];
    return r ? +r.id : -1;
  }

  #applySound(): void {
    const wanted = this.media.audioTracks.current?.sound, tracks = this.#hls?.audioTracks;
    if (!wanted || !tracks || tracks.length < 2) return;
    let i = wanted.name ? tracks.findIndex((t) => t.name === wanted.name) : -1;
    const floor = tracks.findIndex((t) => t.default);
    if (i < 0 && wanted.channel === "floor") i = Math.max(floor, 0);
    if (i < 0) i = tracks.findIndex((t, n) => n !== floor && t.lang === wanted.language);
    if (i < 0) i = tracks.findIndex((t, n) => n !== floor && sameLanguage(t.lang, wanted.language));
    if (i < 0 && tracks.length === this.media.audioTracks.length) i = this.media.audioTracks.tracks.findIndex((t) => t.enabled);
    if (i >= 0 && this.#hls!.audioTrack !== i) this.#hls!.audioTrack = i;
  }
}
