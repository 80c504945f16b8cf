// With the picture or without: what each costs, said before anything is loaded, and the switch between them. The choice is
// remembered.

import { make } from "./chrome";
import { fill, size } from "./data";
import { remember } from "./memory";
import type { Mode, Source } from "./source";

const headphones = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3a9 9 0 0 0-9 9v6a3 3 0 0 0 3 3h1.5a1 1 0 0 0 1-1v-6a1 1 0 0 0-1-1H5v-1a7 7 0 0 1 14 0v1h-2.5a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1H18a3 3 0 0 0 3-3v-6a9 9 0 0 0-9-9Z"/></svg>`;

export class ModeSwitch {
  #box = document.querySelector<HTMLElement>("[data-cost]");
  #costs = new Map<Mode, HTMLElement>();
  #buttons: [Mode, HTMLElement][] = [];

  constructor(readonly source: Source, readonly controller: HTMLElement) {
    const { data, media } = source;
    if (!data.soundOnly && source.soundBytes) this.#inBar();
    this.#beside();
    this.#show();
    source.addEventListener("mode", () => {
      remember("mode", source.mode === "sound" ? "sound" : null);
      this.#show();
    });
    const told = () => this.#tell();
    for (const list of [media.audioTracks, media.videoRenditions]) list.addEventListener("change", told);
    source.line.connection?.addEventListener?.("change", told);
    void source.line.ready.then(told);
    new ResizeObserver(told).observe(media);
  }

  #inBar(): void {
    const { source } = this;
    const button = make("media-chrome-button", { class: "mode", "aria-label": source.data.words["sound.only"]!, title: source.data.words["sound.only"]! });
    button.innerHTML = headphones;
    // Its own keys and clicks end here.
    Object.assign(button, { handleClick: () => { source.mode = source.mode === "sound" ? "picture" : "sound"; } });
    this.controller.querySelector("media-rendition-menu-button")!.before(button);
    this.#buttons.push(["sound", button]);
  }

  // beside puts buttons in the place of the sentence that a page without scripts has.
  #beside(): void {
    const { source } = this, { words, soundOnly } = source.data;
    if (!this.#box) return;
    const entry = (mode: Mode, word: string) => {
      const cost = make("small");
      this.#costs.set(mode, cost);
      if (soundOnly || !source.soundBytes) return make("span", {}, words[word]!, " ", cost);
      const button = make("button", { type: "button" }, words[word]!, " ", cost);
      button.addEventListener("click", () => { source.mode = mode; });
      this.#buttons.push([mode, button]);
      return button;
    };
    const entries = soundOnly ? [entry("sound", "sound.only")] : source.soundBytes ? [entry("picture", "picture"), entry("sound", "sound.only")] : [entry("picture", "picture")];
    this.#box.replaceChildren(...entries);
    if (entries.length > 1) {
      this.#box.setAttribute("role", "group");
      this.#box.setAttribute("aria-label", words["choice"]!);
      this.#box.classList.add("choice");
    }
  }

  #show(): void {
    const { source, controller } = this, heard = source.mode === "sound";
    for (const [mode, b] of this.#buttons) b.setAttribute("aria-pressed", String(mode === source.mode));
    controller.classList.toggle("heard", heard);
    if (source.data.poster) source.media.style.setProperty("--poster", `url("${source.data.poster}")`);
    this.#tell();
  }

  #tell(): void {
    const { source } = this, { data } = source;
    for (const [mode, e] of this.#costs) {
      const bytes = mode === "sound" ? source.soundBytes : source.pictureBytes;
      e.textContent = !bytes ? "" : mode === "sound" ? size(bytes, data) : fill(data.words["about"]!, { size: size(bytes, data) });
    }
  }
}
