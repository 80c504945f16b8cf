// The preview player: the browser's own controls, HLS through hls.js when the first byte is wanted, and the language of the sound beside
// it. Without hls.js the MP4 of the page plays on.

import type Hls from "hls.js";

export class Preview {
  #hls: Hls | undefined;
  #begun = false;

  constructor(readonly video: HTMLVideoElement, readonly choice: HTMLSelectElement | null, readonly failed: () => void = () => {}) {
    const begin = () => void this.#begin();
    video.addEventListener("play", begin, { once: true });
    video.addEventListener("seeking", begin, { once: true });
    if (!video.paused) begin(); // somebody was faster than this script
    if (choice) choice.addEventListener("change", () => { void this.#begin().then(() => this.#sound()); });
    for (const source of video.querySelectorAll("source")) source.addEventListener("error", begin);
  }

  // seek goes to a second and shows it.
  seek(second: number): void {
    this.video.currentTime = second;
    this.video.scrollIntoView({ block: "nearest" });
    this.video.focus();
  }

  async #begin(): Promise<void> {
    const { video } = this, master = video.dataset["master"];
    if (this.#begun || !master) return;
    this.#begun = true;
    const { default: library } = await import("hls.js");
    if (!library.isSupported()) {
      if (video.canPlayType("application/vnd.apple.mpegurl")) video.src = master;
      return;
    }
    const at = video.currentTime, playing = !video.paused;
    const hls = this.#hls = new library({
      enableWorker: false, // fMP4 needs no transmuxing, and a worker would need blob: in the policy
      capLevelToPlayerSize: true,
      abrEwmaDefaultEstimate: "saving" in video.dataset ? 400_000 : 3_000_000, // bit/s
      startPosition: at || -1,
      // Captions are tracks of the video element.
      subtitleTrackController: undefined, subtitleStreamController: undefined, timelineController: undefined,
    });
    for (const source of video.querySelectorAll("source")) source.remove();
    let recovered = false;
    hls.on(library.Events.ERROR, (_, e) => {
      if (!e.fatal) return;
      if (e.type === library.ErrorTypes.MEDIA_ERROR && !recovered) {
        recovered = true;
        hls.recoverMediaError();
      } else this.failed();
    });
    const ready = new Promise<void>((resolve) => {
      hls.on(library.Events.AUDIO_TRACK_SWITCHING, () => this.#tell());
      hls.on(library.Events.AUDIO_TRACKS_UPDATED, () => { this.#sound(); resolve(); });
      hls.on(library.Events.ERROR, () => resolve());
    });
    hls.attachMedia(video);
    hls.loadSource(master);
    if (playing) video.play().catch(() => { /* the button is there */ });
    await ready;
  }

  // tell leaves the sound that plays where it can be read from outside, by tests and by people who look for a fault.
  #tell(): void { this.video.dataset["sound"] = String(this.#hls?.audioTrack ?? ""); }

  // The choices stand in the order of the playlist.
  #sound(): void {
    const n = this.choice?.selectedIndex ?? -1;
    if (this.#hls && n >= 0 && this.#hls.audioTracks[n] && this.#hls.audioTrack !== n) this.#hls.audioTrack = n;
    this.#tell();
  }
}

// previewOn makes the page's preview, if it has one.
export function previewOn(failed?: () => void): Preview | undefined {
  const video = document.querySelector<HTMLVideoElement>("#preview");
  return video ? new Preview(video, document.querySelector<HTMLSelectElement>("#preview-sound"), failed) : undefined;
}
