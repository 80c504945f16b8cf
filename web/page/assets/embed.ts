// The embed: the player alone in a frame, a small API by postMessage, and WordPress's own messages.
//
//   to the frame:    {rostrum: 1, method: "play" | "pause" | "seek" | "state", value?: seconds}
//   from the frame:  {rostrum: 1, event: "ready" | "play" | "pause" | "time" | "seek" | "ended" | "blocked",
//                     id, value: seconds, duration, paused}
//
// It works from origin null as well, so messages go to any parent and carry nothing private; only
// the parent is listened to. "blocked" says that the browser wants a person to press play.

import { Stage } from "./stage";

const stage = new Stage();
const { media, data } = stage;
const framed = parent !== window;

function tell(event: string): void {
  if (!framed) return;
  parent.postMessage({ rostrum: 1, event, id: data.id, value: media.currentTime, duration: media.duration || data.duration, paused: media.paused }, "*");
}

for (const [on, event] of [["playing", "play"], ["pause", "pause"], ["seeked", "seek"], ["ended", "ended"]] as const) {
  media.addEventListener(on, () => tell(event));
}
media.addEventListener("timeupdate", () => tell("time"));

// WordPress puts a secret behind #? in our address and wants it back with every message.
const secret = /secret=([\d\w]{10})/.exec(location.hash)?.[1];

function tellHeight(): void {
  if (!framed || !secret) return;
  // It keeps heights between 200 and 1000 pixels.
  const [w, h] = getComputedStyle(document.getElementById("stage")!).getPropertyValue("--shape").split("/").map(Number);
  parent.postMessage({ message: "height", value: Math.ceil(innerWidth * (h || 9) / (w || 16)), secret }, "*");
}

addEventListener("message", (e) => {
  if (e.source !== parent || typeof e.data !== "object" || !e.data) return;
  if (secret && e.data.message === "ready" && e.data.secret === secret) return tellHeight();
  if (e.data.rostrum !== 1) return;
  switch (e.data.method) {
    case "play": media.play().catch(() => tell("blocked")); break;
    case "pause": media.pause(); break;
    case "seek": if (Number.isFinite(e.data.value)) stage.seek(e.data.value); break;
    case "state": tell(media.paused ? "pause" : "play"); break;
  }
});

let width = 0;
new ResizeObserver(() => { if (innerWidth !== width) { width = innerWidth; tellHeight(); } }).observe(document.documentElement);

// A sandbox without allow-popups swallows links. WordPress follows them for us when told.
for (const a of document.querySelectorAll<HTMLAnchorElement>(".caption a")) {
  a.addEventListener("click", (e) => {
    media.pause();
    if (!framed || !secret) return;
    e.preventDefault();
    parent.postMessage({ message: "link", value: a.href, secret }, "*");
  });
}

tell("ready");
tellHeight();
