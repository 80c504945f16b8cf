// The controls around the picture, from media-chrome. They are made here and not in the page: a
// browser without scripts keeps its own.

import { addTranslation } from "media-chrome/dist/utils/i18n.js";
import "media-chrome/media-chrome-button.js";
import "media-chrome/media-controller.js";
import "media-chrome/media-control-bar.js";
import "media-chrome/media-play-button.js";
import "media-chrome/media-time-range.js";
import "media-chrome/media-time-display.js";
import "media-chrome/media-mute-button.js";
import "media-chrome/media-volume-range.js";
import "media-chrome/media-fullscreen-button.js";
import "media-chrome/media-loading-indicator.js";
import "media-chrome/media-preview-thumbnail.js";
import "media-chrome/media-preview-time-display.js";
import "media-chrome/menu/media-chrome-menu-item.js";
import "media-chrome/menu/media-captions-menu.js";
import "media-chrome/menu/media-captions-menu-button.js";
import "media-chrome/menu/media-audio-track-menu.js";
import "media-chrome/menu/media-audio-track-menu-button.js";
import "media-chrome/menu/media-playback-rate-menu.js";
import "media-chrome/menu/media-playback-rate-menu-button.js";
import "media-chrome/menu/media-rendition-menu.js";
import "media-chrome/menu/media-rendition-menu-button.js";
import type { Data } from "./data";
import type { Media } from "./lists";

const elements = [
  "media-controller", "media-control-bar", "media-play-button", "media-time-range", "media-time-display", "media-mute-button",
  "media-volume-range", "media-fullscreen-button", "media-loading-indicator", "media-preview-thumbnail", "media-preview-time-display",
  "media-captions-menu", "media-captions-menu-button", "media-audio-track-menu", "media-audio-track-menu-button",
  "media-playback-rate-menu", "media-playback-rate-menu-button", "media-rendition-menu", "media-rendition-menu-button",
  "media-gesture-receiver", "media-tooltip", "media-chrome-button", "media-chrome-menu-item", "media-chrome-menu", "media-text-display",
];

// media-chrome writes its styles as style elements inside its components, and knows no nonce. Its
// markup comes from static functions of the classes; each is wrapped to add the nonce, so that the
// page's policy needs no 'unsafe-inline'.
function allowStyles(): void {
  const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
  if (!nonce) return;
  const done = new Set<unknown>();
  for (const name of elements) {
    for (let c: any = customElements.get(name); c && c !== HTMLElement; c = Object.getPrototypeOf(c)) {
      if (done.has(c)) continue;
      done.add(c);
      for (const part of ["getTemplateHTML", "getSlotTemplateHTML", "getTooltipContentHTML"]) {
        if (!Object.hasOwn(c, part)) continue;
        const original: (...args: unknown[]) => string = c[part];
        c[part] = function (this: unknown, ...args: unknown[]) {
          return original.apply(this, args).replace(/<style(?![^>]*nonce)/g, `<style nonce="${nonce}"`);
        };
      }
    }
  }
}

function translate({ ui, words: w, soundOnly }: Data): void {
  const t = (k: string) => w[k] ?? k;
  addTranslation(ui, {
    Play: t("play"), play: t("play"), Pause: t("pause"), pause: t("pause"),
    Mute: t("mute"), mute: t("mute"), Unmute: t("unmute"), unmute: t("unmute"), volume: t("volume"), seek: t("seek"),
    Captions: t("captions"), "closed captions": t("captions"), "Enable captions": t("captions.on"), "Disable captions": t("captions.off"), Off: t("off"),
    Audio: t("sound"), "audio tracks": t("sound"), Quality: t("quality"), quality: t("quality"), Auto: t("auto"),
    "Playback rate": t("speed"), "current playback rate": t("speed"), "Playback rate {playbackRate}": t("speed.now"),
    "Enter fullscreen mode": t("fullscreen"), "enter fullscreen mode": t("fullscreen"),
    "Exit fullscreen mode": t("fullscreen.exit"), "exit fullscreen mode": t("fullscreen.exit"),
    "playback time": t("seek"), "media loading": t("loading"), "video player": t(soundOnly ? "label.sound" : "label"),
    hour: t("hour"), hours: t("hours"), minute: t("minute"), minutes: t("minutes"), second: t("second"), seconds: t("seconds"),
    "{time} remaining": t("remaining"), "{currentTime} of {totalTime}": t("of"), "video not loaded, unknown time.": t("unknown"),
  } as never);
}

export function make(name: string, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElement {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  e.append(...children);
  return e;
}

// build puts the controls around the media element and gives the controller. Order in the bar is
// order on screen, play and captions at one level (EN 301 549, 7.3).
export function build(media: Media, data: Data): HTMLElement {
  translate(data);
  allowStyles();
  const stage = media.parentElement!;
  media.controls = false;
  media.slot = "media";
  const menu = (name: string, attributes: Record<string, string> = {}) => make(name, { hidden: "", anchor: "auto", ...attributes });
  const controller = make("media-controller", {
    lang: data.ui, nohotkeys: "", novolumepref: "", nomutedpref: "", nosubtitleslangpref: "",
    defaultduration: String(data.duration), breakpoints: "sm:420 md:640", autohide: "3",
  });
  stage.prepend(controller);
  controller.append(media,
    make("media-loading-indicator", { slot: "centered-chrome", noautohide: "" }),
    make("media-play-button", { slot: "centered-chrome", class: "big" }),
    menu("media-captions-menu"), menu("media-audio-track-menu"), menu("media-rendition-menu"),
    menu("media-playback-rate-menu", { rates: "0.5 0.75 1 1.25 1.5 1.75 2" }),
    make("media-control-bar", { class: "track" }, make("media-time-range", {},
      make("media-preview-thumbnail", { slot: "preview" }), make("media-preview-time-display", { slot: "preview" }))),
    make("media-control-bar", { class: "buttons" },
      make("media-play-button"), make("media-mute-button"), make("media-volume-range"),
      // The seek bar says the same to screen readers, in words.
      make("media-time-display", { showduration: "", notoggle: "", "aria-hidden": "true" }), make("span", { class: "gap" }),
      make("media-captions-menu-button"), make("media-audio-track-menu-button"), make("media-playback-rate-menu-button"),
      make("media-rendition-menu-button"), make("media-fullscreen-button")),
  );
  // The storyboard is fetched when somebody comes near the controls, not with the page.
  const preview = [...media.textTracks].find((t) => t.label === "thumbnails");
  if (preview) for (const on of ["pointerenter", "focusin"]) controller.addEventListener(on, () => { preview.mode = "hidden"; }, { once: true });
  for (const e of stage.querySelectorAll<HTMLElement>("[slot=top-chrome]")) controller.append(e);
  return controller;
}
