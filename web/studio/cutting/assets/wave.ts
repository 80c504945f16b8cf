// The waveform: the server's peaks, drawn by wavesurfer.js, which plays and decodes nothing here.

import WaveSurfer from "wavesurfer.js";
import { address, Refusal } from "../../desk/assets/api";
import type { Scale } from "./scale";
import type { Span } from "./recording";

export const pairsPerSecond = 50;

export class Wave {
  // columns of the overview come from these: low and high, from -1 to 1.
  peaks: Float32Array | undefined;
  silences: Span[] = [];
  #surfer: WaveSurfer | undefined;
  #zoom = 0;

  constructor(readonly box: HTMLElement, readonly scale: Scale, readonly length: number) {
    scale.addEventListener("change", () => this.follow());
  }

  // load fetches what a channel looks like; a Refusal of status 409 says that it is not known yet.
  async load(recording: string, channel: string): Promise<void> {
    const path = `/api/v1/recordings/${recording}`, name = encodeURIComponent(channel);
    const [peaks, silences] = await Promise.all([get(`${path}/waveform/${name}`).then((a) => a.arrayBuffer()), get(`${path}/silences/${name}`).then((a) => a.json())]);
    const bytes = new Int8Array(peaks), all = new Float32Array(bytes.length);
    // Quiet recordings fill the height too: what only one pair in two hundred exceeds is full.
    const gain = Math.min(most, 1 / Math.max(1 / 127, high(bytes)));
    for (let i = 0; i < bytes.length; i++) all[i] = Math.max(-1, Math.min(1, bytes[i]! / 127 * gain));
    this.peaks = all;
    this.silences = (silences as Span[] | null) ?? [];
    this.draw();
  }

  // draw begins anew, as after a change of colours.
  draw(): void {
    if (!this.peaks) return;
    const style = getComputedStyle(this.box);
    this.#surfer?.destroy();
    const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
    this.#surfer = WaveSurfer.create({
      container: this.box, height: "auto", peaks: [this.peaks], duration: this.length, interact: false, hideScrollbar: true, autoScroll: false, autoCenter: false,
      waveColor: style.getPropertyValue("--wave").trim() || "#888", progressColor: style.getPropertyValue("--wave").trim() || "#888", cursorWidth: 0, ...(nonce ? { cspNonce: nonce } : {}),
    });
    this.#zoom = 0;
    this.#surfer.on("ready", () => this.follow());
    this.follow();
  }

  follow(): void {
    const s = this.#surfer;
    if (!s || !s.getDecodedData()) return;
    const zoom = this.scale.zoom * this.scale.frames / this.length; // pixels a second
    if (zoom !== this.#zoom) s.zoom(this.#zoom = zoom);
    s.setScroll(this.scale.left);
  }
}

const most = 20; // times that quiet sound is drawn larger

// high is the level that one value in two hundred exceeds, from 0 to 1.
function high(bytes: Int8Array): number {
  const counts = new Uint32Array(129);
  for (const b of bytes) counts[Math.abs(b)]!++;
  let left = bytes.length / 200, level = 128;
  while (level > 0 && (left -= counts[level]!) > 0) level--;
  return level / 127;
}

async function get(path: string): Promise<Response> {
  const answer = await fetch(address(path), { credentials: "same-origin" });
  if (answer.ok) return answer;
  const p = await answer.json().catch(() => ({})) as { detail?: string; code?: string };
  throw new Refusal(answer.status, p.code ?? "", p.detail ?? answer.statusText);
}
