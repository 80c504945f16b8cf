// The pad: who speaks now, who is next, and what was marked.

import { address, call } from "../../desk/assets/api";
import { data, make, one } from "../../desk/assets/dom";
import { Keys } from "../../desk/assets/keys";
import { elapsed } from "../../desk/assets/times";
import { toast } from "../../desk/assets/toast";
import { language, t } from "../../desk/assets/words";
import { change } from "./change";
import { RoomClock } from "./clock";
import { Kept, type Mark, type Waiting } from "./kept";
import { Sending } from "./sending";

export interface Speaker { id: string; speaker: string; title: string; organisation: string; agenda_item: string }

interface Room { slug: string; title: string; time_zone: string; speakers: Speaker[]; me: string }

const room = data<Room>("room");
const longest = 6 * 3600; // seconds after which nobody still speaks: the mark is of another day
const refresh = 30_000; // milliseconds between two looks at the list and the clock

// A room is dark when its screen is bright; who wants it light says so in the studio.
if (!document.documentElement.dataset["theme"]) document.documentElement.dataset["theme"] = "dark";

const timeOf = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: room.time_zone });
const time = (m: Mark) => timeOf.format(new Date(m.at));

const clock = new RoomClock(() => show());
const kept = await Kept.open(room.slug);
const sending = new Sending(kept, clock, () => show());
let speakers = room.speakers;
let ready = false;

const who = (m: Mark): string => {
  if (m.end) return t("nobody");
  const listed = speakers.find((s) => s.id === m.intervention);
  return listed?.speaker || listed?.title || m.speaker || t("somebody");
};

// next is who comes next on the list: after the one who spoke last, and not yet marked.
function next(): Speaker | undefined {
  const spoken = new Set(kept.marks.map((m) => m.intervention).filter(Boolean));
  const last = kept.marks.findLast((m) => speakers.some((s) => s.id === m.intervention)), from = speakers.findIndex((s) => s.id === last?.intervention) + 1;
  return [...speakers.slice(from), ...speakers.slice(0, from)].find((s) => !spoken.has(s.id));
}

// newID names a mark: 128 random bits.
const newID = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

async function mark(what: { intervention?: string; speaker?: string; end?: boolean }): Promise<void> {
  const raw = Date.now();
  navigator.vibrate?.(30);
  await store({
    id: newID(), meeting: room.slug, intervention: what.intervention ?? "", speaker: what.speaker ?? "", end: what.end ?? false,
    at: new Date(clock.at(raw)).toISOString(), unsure_ms: clock.unsure(raw), who: room.me, raw, compared: clock.known, edit: 1,
  });
}

async function store(w: Waiting): Promise<void> {
  try { await kept.put(w); } catch { /* it is in memory at least, and on its way */ }
  show();
  void sending.run();
}

// alter changes a mark, be it ours or somebody else's, sent or not.
async function alter(m: Mark, what: Partial<Mark>): Promise<void> {
  const w = kept.waiting.get(m.id);
  const { refused: _, ...before } = w ?? { ...m, meeting: room.slug, raw: 0, compared: true, edit: 0 };
  await store({ ...before, ...what, edit: before.edit + 1 });
}

function undo(): void {
  const m = kept.marks.findLast((x) => x.who === room.me);
  if (!m) return;
  void remove(m);
}

async function remove(m: Mark): Promise<void> {
  const { end, intervention, speaker } = m;
  await alter(m, { deleted: true });
  toast(t("undone", { who: who(m), at: time(m) }), { action: { label: t("back"), run: () => void alter(m, { end, intervention, speaker, deleted: false }) } });
}

function correct(m: Mark, button: HTMLElement): void {
  void change(speakers, m, time(m)).then((to) => {
    if (to === "delete") void remove(m);
    else if (to) void alter(m, to);
    (button.isConnected ? button : document.querySelector<HTMLElement>(`#marks [data-id="${m.id}"] button`) ?? one("#next")).focus();
  });
}

function show(): void {
  const marks = kept.marks, now = marks.at(-1), coming = next();
  const words = now ? who(now) : t("nobody.yet"), box = one("#now");
  if (box.textContent !== words) box.textContent = words;
  box.parentElement!.classList.toggle("soft", !now || now.end);
  const button = one<HTMLButtonElement>("#next"), name = coming ? coming.speaker || coming.title : t("done");
  button.disabled = !coming;
  one(".name", button).textContent = name;
  one<HTMLButtonElement>("#nobody").disabled = !now || now.end;
  one<HTMLButtonElement>("#undo").disabled = !marks.some((m) => m.who === room.me);
  showList(marks, now, coming);
  showMarks(marks);
  showState();
  tick();
}

function showList(marks: Mark[], now: Mark | undefined, coming: Speaker | undefined): void {
  const list = one("#speakers");
  one("#no-list").hidden = speakers.length > 0;
  const focus = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("#speakers li")?.dataset["id"];
  list.replaceChildren(...speakers.map((s) => {
    const state = now && now.intervention === s.id ? "speaking" : marks.some((m) => m.intervention === s.id) ? "spoken" : "";
    const button = make("button", { type: "button", ...(state === "speaking" ? { "aria-current": "true" } : {}) },
      make("span", { class: "name", dir: "auto" }, s.speaker || s.title), make("span", { class: "soft", dir: "auto" }, s.organisation));
    if (state) button.append(make("span", { class: "how" }, t(state)));
    button.addEventListener("click", () => void mark({ intervention: s.id }));
    return make("li", { "data-id": s.id, class: [state, s === coming ? "coming" : ""].join(" ").trim() }, button);
  }));
  if (focus) list.querySelector<HTMLElement>(`[data-id="${CSS.escape(focus)}"] button`)?.focus();
}

function showMarks(marks: ReturnType<() => typeof kept.marks>): void {
  const list = one("#marks"), focus = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("#marks li")?.dataset["id"];
  one("#no-marks").hidden = marks.length > 0;
  list.replaceChildren(...[...marks].reverse().map((m) => {
    const button = make("button", { type: "button", class: "quiet", "aria-label": t("change.mark", { at: time(m), who: who(m) }) }, t("change"));
    button.addEventListener("click", () => correct(m, button));
    const li = make("li", { "data-id": m.id, class: m.waits ? "waits" : "" }, make("time", { class: "time", datetime: m.at }, time(m)), make("span", { class: "name" }, make("bdi", {}, who(m))), button);
    if (m.who && m.who !== room.me) li.append(make("span", { class: "soft by" }, t("by", { who: m.who })));
    if (m.refused) li.append(make("span", { class: "error-text by", role: "alert" }, t("refused", { why: m.refused })));
    return li;
  }));
  if (focus) list.querySelector<HTMLElement>(`[data-id="${focus}"] button`)?.focus();
}

function showState(): void {
  const box = one("#sent"), n = [...kept.waiting.values()].filter((w) => !w.refused).length;
  let words = n ? t("waiting", { n }) : t("sent");
  if (sending.state === "offline") words = n ? t("waiting.offline", { n }) : t("offline.none");
  if (sending.state === "signed-out") words = t("signed.out");
  else if (!kept.lasting) words = t("memory");
  else if (ready && !n && sending.state === "sent") words = `${words}. ${t("ready")}`;
  box.dataset["state"] = sending.state === "sent" && n ? "waiting" : sending.state;
  if (box.dataset["words"] !== words) {
    box.dataset["words"] = words;
    box.replaceChildren(words);
    if (sending.state === "signed-out") box.append(" ", make("a", { href: address(`/studio/sign-in?next=${encodeURIComponent(`/studio/pad/${room.slug}`)}`) }, t("sign.in")));
  }
  one("#clock").textContent = clock.known ? t("clock", { s: new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(Math.max(clock.unsure(Date.now()), 10) / 1000) }) : t("clock.none");
}

function tick(): void {
  const now = kept.marks.at(-1), since = now ? (clock.at(Date.now()) - Date.parse(now.at)) / 1000 : Infinity;
  one("#since").textContent = since < longest ? elapsed(Math.max(0, since)) : "";
}

async function look(): Promise<void> {
  if (document.hidden || !navigator.onLine) return;
  await clock.compare().catch(() => {});
  const fresh = await call<Speaker[]>("GET", `/api/v1/meetings/${room.slug}/speakers`).catch(() => undefined);
  if (Array.isArray(fresh)) speakers = fresh;
  show();
}

function speakNext(): void {
  const s = next();
  if (s) void mark({ intervention: s.id });
}

one("#next").addEventListener("click", speakNext);
one("#nobody").addEventListener("click", () => void mark({ end: true }));
one("#undo").addEventListener("click", undo);
one<HTMLFormElement>("#other").addEventListener("submit", (e) => {
  e.preventDefault();
  const input = one<HTMLInputElement>("#other-name"), speaker = input.value.trim();
  if (!speaker) {
    toast(t("name.missing"));
    input.focus();
    return;
  }
  input.value = "";
  void mark({ speaker });
});
new Keys("pad", [
  { id: "next", label: t("key.next"), keys: ["n"], run: speakNext },
  { id: "nobody", label: t("key.nobody"), keys: ["e"], run: () => { if (!one<HTMLButtonElement>("#nobody").disabled) void mark({ end: true }); } },
  { id: "undo", label: t("key.undo"), keys: ["u"], run: undo },
]);

// keepPage has the service worker keep this page and all that it is made of.
async function keepPage(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", () => { ready = true; show(); });
  await navigator.serviceWorker.register(address("/studio/pad/worker.js"), { scope: address("/studio/pad/") });
  const worker = (await navigator.serviceWorker.ready).active, assets = new URL(address("/assets/"), location.href).href;
  const parts = performance.getEntriesByType("resource").map((r) => r.name).filter((url) => url.startsWith(assets));
  const more = [...document.querySelectorAll<HTMLLinkElement | HTMLScriptElement>("link[rel=stylesheet], script[src]")].map((e) => "href" in e ? e.href : e.src).filter((url) => url.startsWith(assets));
  worker?.postMessage({ page: location.href.replace(/[?#].*$/, ""), assets: [...new Set([...parts, ...more])] });
}

// stayOn keeps the screen from going dark while the pad is looked at.
async function stayOn(): Promise<void> {
  if (!document.hidden) await navigator.wakeLock?.request("screen").catch(() => {});
}

setInterval(tick, 1000);
setInterval(() => void look(), refresh);
document.addEventListener("visibilitychange", () => { void look(); void stayOn(); });
addEventListener("online", () => void look());
show();
void sending.run();
void look();
void stayOn();
void keepPage().catch(() => {}); // without it the pad still works while the page is open
