// Where the bytes come from: nothing before the first play, then HLS through hls.js (Media Source
// first, since Chromium answers "maybe" to native HLS and shows no captions then), native HLS where
// there is no Media Source, and the small MP4 when all else fails. In the mode "sound" all of it is without picture.

import type Hls from "hls.js";
import { sameLanguage, side, type Data, type File, type Sound } from "./data";
import { Line, savingSide } from "./line";
import { sizes, type Media } from "./lists";

type Trouble = "network" | "media";
export type Mode = "picture" | "sound";

// It tells "mode" when the mode has changed.
export class Source extends EventTarget {
  #library: typeof Hls | undefined;
  #hls: Hls | undefined;
  #begun = false;
  #simply = false;
  #recovered = false;
  #mode: Mode;
  readonly line: Line;
  onTrouble: (what: Trouble) => void = () => {};
  onWell: () => void = () => {};

  constructor(readonly media: Media, readonly data: Data, mode: Mode) {
    super();
    this.#mode = data.soundOnly ? "sound" : mode;
    this.line = new Line(data);
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
    media.audioTracks.addEventListener("change", () => this.#changeSound());
    media.videoRenditions.addEventListener("change", () => {
      // nextLevel changes at the next segment, without the stall that currentLevel brings.
      if (this.#hls && this.#mode === "picture") this.#hls.nextLevel = this.#chosenLevel();
    });
  }

  get sound(): Sound | undefined { return this.media.audioTracks.current?.sound; }

  get mode(): Mode { return this.#mode; }
  set mode(mode: Mode) {
    if (mode === this.#mode || this.data.soundOnly) return;
    this.#mode = mode;
    if (this.#begun) this.#reopen(false);
    this.dispatchEvent(new Event("mode"));
  }

  // simpleFile is what plays when HLS fails.
  get simpleFile(): File {
    const { sound, data } = this;
    if (this.#mode === "sound" && sound?.audio.path) return sound.audio;
    return sound?.simple.path ? sound.simple : data.simple;
  }

  // soundBytes is what listening costs without the picture: Opus where it plays, else AAC.
  get soundBytes(): number {
    const s = this.sound;
    if (!s) return 0;
    const playlist = this.data.audioMaster || this.data.soundOnly && this.data.master;
    if (!playlist) return s.audio.bytes;
    const source = (globalThis as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource ?? globalThis.MediaSource;
    return s.opus && source?.isTypeSupported('audio/mp4; codecs="opus"') ? s.opus : s.small || s.full || s.audio.bytes;
  }

  // pictureBytes is what watching costs, at the quality that will probably be taken.
  get pictureBytes(): number {
    const { media, data, sound } = this;
    if (!data.master) return this.simpleFile.bytes;
    const r = media.videoRenditions[media.videoRenditions.selectedIndex];
    const picture = this.line.expected(r ? side(r) : 0, Math.max(media.clientWidth, media.clientHeight) * devicePixelRatio);
    return picture ? picture.bytes + (sound?.full ?? 0) : this.simpleFile.bytes;
  }

  async begin(): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    if (!this.#address) return this.simple();
    this.#begun = await this.#load();
    if (this.#begun && !this.#simply) this.#open(this.media.currentTime, true);
  }

  async #load(): Promise<boolean> {
    try {
      [this.#library] = await Promise.all([import("hls.js").then((m) => m.default), this.line.ready]);
      return true;
    } catch {
      this.onTrouble("network");
      return false;
    }
  }

  get #address(): string {
    const { data } = this;
    return this.#mode === "picture" ? data.master : data.audioMaster || (data.soundOnly ? data.master : "");
  }

  #open(at: number, play: boolean): void {
    const { media } = this, address = this.#address, library = this.#library;
    this.#simply = false;
    if (!media.videoRenditions.length) media.videoRenditions.fill(sizes(this.data));
    if (address && library?.isSupported()) {
      this.#connect(library, address, at);
    } else if (address && media.canPlayType("application/vnd.apple.mpegurl")) {
      media.src = address;
      if (at) media.currentTime = at;
    } else {
      return this.simple();
    }
    if (play) this.#go();
  }

  // reopen goes on at the same place, at the same speed, playing or not, with another source.
  #reopen(simply: boolean): void {
    const { media } = this, at = media.currentTime, play = !media.paused;
    if (!this.#library && !this.#simply) return; // it is still coming, and will ask for the mode then
    media.defaultPlaybackRate = media.playbackRate; // which loading goes back to
    this.#hls?.destroy();
    this.#hls = undefined;
    this.#recovered = false;
    if (simply || !this.#address) this.#openFile(at, play);
    else if (this.#library) this.#open(at, play);
    else void this.#load().then((loaded) => { if (loaded) this.#open(at, play); });
  }

  // retry is for a person's wish to try again after a network trouble.
  retry(): void {
    this.#recovered = false;
    if (!this.#begun) {
      void this.begin();
    } else if (this.#hls) {
      if (this.#hls.levels.length) this.#hls.startLoad(this.media.currentTime);
      else this.#hls.loadSource(this.#address);
      this.#go();
    } else {
      const t = this.media.currentTime;
      this.media.load();
      this.media.currentTime = t;
      this.#go();
    }
  }

  // simple plays the small file from where we are.
  simple(): void {
    if (!this.simpleFile.path) return this.onTrouble("media");
    const t = this.media.currentTime;
    this.#hls?.destroy();
    this.#hls = undefined;
    this.#begun = true;
    this.#openFile(t, true);
  }

  #openFile(at: number, play: boolean): void {
    this.#simply = true;
    this.media.videoRenditions.fill([]);
    this.media.src = this.simpleFile.path;
    if (at) this.media.currentTime = at;
    if (play) this.#go();
  }

  #go(): void {
    // Refused without a gesture: then the play button is there to be pressed.
    this.media.play().catch(() => {});
  }

  #connect(library: typeof Hls, address: string, at: number): void {
    const { media, line } = this;
    const hls = new library({
      autoStartLoad: false, // the rung to begin with is chosen first
      abrEwmaDefaultEstimate: line.thrifty ? 200_000 : 1_000_000, // bit/s
      videoPreference: { videoCodec: line.av1 ? "av01" : "avc1" }, // without any in it, hls.js takes what there is
      capLevelToPlayerSize: true,
      maxBufferLength: line.thrifty ? 15 : 30, // seconds
      backBufferLength: 60,
      enableWorker: false, // fMP4 needs no transmuxing, and a worker would need blob: in the policy
      // Captions are tracks of the video element, in every browser alike; hls.js leaves them alone.
      subtitleTrackController: undefined,
      subtitleStreamController: undefined,
      timelineController: undefined,
    });
    this.#hls = hls;
    hls.on(library.Events.MANIFEST_PARSED, () => {
      if (this.#mode === "picture") this.#beginLevel(hls);
      else hls.startLevel = Math.max(0, hls.levels.findIndex((l) => /opus/i.test(l.audioCodec ?? "")));
      hls.startLoad(at > 0 ? at : -1);
    });
    hls.on(library.Events.FRAG_BUFFERED, () => {
      if (this.#mode === "picture" && line.measured(hls.bandwidthEstimate)) this.#liftLevel(hls);
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
    hls.loadSource(address);
  }

  #beginLevel(hls: Hls): void {
    const { line } = this, chosen = this.#chosenLevel();
    if (chosen >= 0) {
      hls.loadLevel = chosen;
      return;
    }
    if (line.thrifty) {
      const level = line.preferred(hls.levels, (l) => l.videoCodec)[0];
      if (level) hls.startLevel = hls.levels.indexOf(level);
    }
    if (line.saving) {
      const small = hls.levels.findLastIndex((l) => side(l) <= savingSide);
      if (small >= 0) hls.autoLevelCapping = small;
    }
  }

  // liftLevel leads over to the other codec: by itself hls.js stays in the one it began with.
  #liftLevel(hls: Hls): void {
    if (!hls.autoLevelEnabled) return;
    const open = hls.levels.slice(0, hls.maxAutoLevel + 1), rungs = this.line.preferred(open, (l) => l.videoCodec);
    const level = rungs.findLast((l) => l.bitrate < 0.7 * hls.bandwidthEstimate);
    if (level) hls.nextAutoLevel = hls.levels.indexOf(level);
  }

  // chosenLevel is the level of the size that the viewer asked for, -1 for automatic.
  #chosenLevel(): number {
    const list = this.media.videoRenditions, r = list[list.selectedIndex], levels = this.#hls!.levels;
    const level = r && this.line.preferred(levels.filter((l) => side(l) === side(r)), (l) => l.videoCodec)[0];
    return level ? levels.indexOf(level) : -1;
  }

  #changeSound(): void {
    const { media, sound } = this;
    if (!this.#begun) return;
    const track = this.#wantedTrack();
    // From the tail of a booth there is no way into a sound without it but to its end.
    if (sound && media.currentTime > sound.duration) media.currentTime = sound.duration - 0.1;
    if (this.#simply) {
      if (!media.currentSrc.endsWith(this.simpleFile.path)) this.#reopen(true);
    } else if (this.#mode === "sound" && track >= 0 && track !== this.#hls!.audioTrack) {
      // Without picture hls.js plays on what it has loaded of the old sound, half a minute perhaps, before the new one.
      this.#reopen(false);
    } else {
      this.#applySound();
    }
  }

  #applySound(): void {
    const i = this.#wantedTrack();
    if (i >= 0 && this.#hls!.audioTrack !== i) this.#hls!.audioTrack = i;
  }

  // wantedTrack is the place of the chosen sound among those of hls.js, -1 when there is nothing to choose.
  #wantedTrack(): number {
    const wanted = this.sound, tracks = this.#hls?.audioTracks;
    if (!wanted || !tracks || tracks.length < 2) return -1;
    let i = wanted.name ? tracks.findIndex((t) => t.name === wanted.name) : -1;
    const floor = tracks.findIndex((t) => t.default), original = wanted.channel === "floor" || wanted.silent;
    if (i < 0 && original) i = Math.max(floor, 0);
    if (i < 0) i = tracks.findIndex((t, n) => n !== floor && t.lang === wanted.language);
    if (i < 0) i = tracks.findIndex((t, n) => n !== floor && sameLanguage(t.lang, wanted.language));
    if (i < 0) i = this.media.audioTracks.tracks.filter((t) => !t.sound.silent).findIndex((t) => t.enabled);
    return i < tracks.length ? i : -1;
  }
}
