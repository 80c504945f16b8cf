// The editor in which a recording is cut into interventions: everything is put together here.

import { call, Refusal } from "../../desk/assets/api";
import { ask } from "../../desk/assets/ask";
import { data, make, one } from "../../desk/assets/dom";
import { elapsed } from "../../desk/assets/times";
import { failed, toast } from "../../desk/assets/toast";
import { language, t } from "../../desk/assets/words";
import { Applying } from "./applying";
import { Bringing } from "./bringing";
import { Clock, type Form } from "./clock";
import { commands } from "./commands";
import { Cuts } from "./cuts";
import { Fields } from "./fields";
import { Keeping } from "./keeping";
import { Lock } from "./lock";
import type { Marker } from "./paint";
import { Player, speedOf } from "./player";
import { place, type Comment, type Draft, type Recording } from "./recording";
import { Scale } from "./scale";
import { Speakers } from "./speakers";
import { split } from "./splits";
import { Stills } from "./stills";
import { Suggestions } from "./suggest";
import { percent, Timeline } from "./timeline";
import { versions } from "./versions";
import { Wave } from "./wave";

const lookAgain = 3_000; // milliseconds between two looks at work that goes on

const root = one(".cutting");
document.body.classList.add("editor");
split(one("#split-list"), root, "--screen", "inline", 30, 75);
split(one("#split-timeline"), root, "--timeline", "block", 22, 60);
for (const b of document.querySelectorAll("dialog [data-close]")) b.addEventListener("click", () => b.closest("dialog")?.close());

const saved = one("#saved");
const tell = (state: string, words: string) => {
  saved.dataset["state"] = state;
  saved.textContent = words;
};

// Before the survey the length of the recording is not known for sure, and it has neither waveform nor stills.
let recording = data<Recording>("recording"), started = false;
if (recording.surveyed || recording.failure) void begin().catch(failed);
else wait();

function wait(): void {
  const note = one("#surveying");
  one("p", note).textContent = t("surveying");
  note.hidden = false;
  const timer = setInterval(async () => {
    try { recording = await call<Recording>("GET", `/api/v1/recordings/${recording.id}`); } catch { return; }
    if (!recording.surveyed && !recording.failure) return;
    clearInterval(timer);
    note.hidden = true;
    await begin().catch(failed);
  }, lookAgain);
}

async function begin(): Promise<void> {
  const id = recording.id, draft = await call<Draft>("GET", `/api/v1/recordings/${id}/draft`);
  const clock = new Clock(recording), cuts = new Cuts(recording.frames), scale = new Scale(recording.frames);
  const stills = recording.stills?.count ? new Stills(recording.stills) : undefined, player = new Player(recording, clock.rate, stills);
  const wave = new Wave(one(".lanes .wave"), scale, recording.frames * clock.rate.den / clock.rate.num);
  const timeline = new Timeline(scale, cuts, clock, wave, stills, player);
  const redraw = stills?.arrived;
  if (stills) stills.arrived = () => { redraw?.(); player.recover(); };
  const speakers = new Speakers(recording.meeting.slug, id, cuts, clock);
  const fields = new Fields(cuts, clock, speakers, (f) => player.seek(f), tell);
  const suggestions = new Suggestions(id, cuts, speakers, clock, (f) => { player.seek(f); scale.reveal(f); });
  suggestions.shown = (all) => { timeline.ghosts = all; timeline.draw(); };
  speakers.opened = (row) => player.seek(row.span.in);
  const lock = new Lock(id, (l) => locked(l));
  const keeping = new Keeping(id, draft, cuts, clock, () => lock, (state, words) => { tell(state, words); undoButtons(); });
  keeping.blocked = (why, aside) => {
    one("#aside").hidden = !aside;
    if (!why) return;
    tell("", "");
    void lock.ask().finally(() => {
      if (lock.mine) toast(why, { error: true }); // else it is told that somebody took over
      void keeping.fresh(true).catch(failed);
    });
  };
  one("#aside").hidden = !keeping.aside;
  cuts.addEventListener("say", (e) => {
    const { words, trouble } = (e as CustomEvent<{ words: string; trouble: boolean }>).detail;
    hush();
    toast(words, trouble ? {} : keeping.undo.canUndo && !cuts.readOnly ? { action: { label: t("undo"), run: () => keeping.undo.undo() } } : {});
  });

  // An offer to undo is for the last change only.
  const hush = () => { for (const old of document.querySelectorAll(".toasts .toast:not(.error)")) old.remove(); };
  cuts.addEventListener("rows", hush);

  // who may change things, and who does
  const note = one("#locked"), take = one("#take-over");
  function locked(l: Lock): void {
    const before = cuts.readOnly;
    cuts.readOnly = !l.mine;
    note.hidden = l.mine;
    take.hidden = l.refused !== "";
    const own = l.name === recording.me.name;
    one("p", note).textContent = l.refused ? t("locked.role", { why: l.refused }) : own ? t("locked.own") : t("locked.by", { who: l.name, since: new Date(l.since).toLocaleTimeString(language, { timeStyle: "short" }) });
    root.classList.toggle("read-only", cuts.readOnly);
    if (before !== cuts.readOnly) {
      if (cuts.readOnly && before === false && started) toast(own ? t("locked.own") : t("locked.taken", { who: l.name }), { error: true });
      fields.show();
      speakers.show();
      suggestions.show();
      undoButtons();
      if (l.mine) void keeping.fresh().catch(() => {});
    }
    // Who looks on sees what the other one does.
    if (cuts.readOnly) void keeping.fresh().catch(() => {});
  }
  const takeOver = async (): Promise<boolean> => {
    if (lock.mine) return true;
    if (!await ask(t("take.over.ask", { who: lock.name }), t("take.over"), { detail: t("take.over.detail", { who: lock.name }) })) return false;
    await lock.ask(true);
    return lock.mine;
  };
  take.addEventListener("click", () => void takeOver());
  one("#look-both").addEventListener("click", () => void keeping.both(takeOver));

  // undo
  const undo = one<HTMLButtonElement>("#undo"), redo = one<HTMLButtonElement>("#redo");
  function undoButtons(): void {
    undo.disabled = cuts.readOnly || !keeping.undo.canUndo;
    redo.disabled = cuts.readOnly || !keeping.undo.canRedo;
  }
  undo.addEventListener("click", () => { keeping.undo.undo(); undoButtons(); });
  redo.addEventListener("click", () => { keeping.undo.redo(); undoButtons(); });

  commands(player, cuts, timeline, speakers, clock);
  versions(id, keeping, cuts);
  new Bringing(id, cuts, clock, speakers);
  const applying = new Applying(id, keeping, cuts, clock, () => recording.surveyed && !recording.failure);

  // the transport
  const now = one("#now"), speed = one("#speed"), play = one("#play");
  player.addEventListener("change", () => {
    now.textContent = clock.write(player.frame);
    speed.textContent = player.playing ? speedOf(player.speed) : "";
    play.classList.toggle("playing", player.playing);
    if (player.playing) scale.reveal(player.frame, true); else if (!player.loop) scale.reveal(player.frame);
    timeline.moved();
  });
  const form = one<HTMLSelectElement>("#form"), sound = one<HTMLSelectElement>("#sound");
  form.replaceChildren(...clock.forms.map((f) => make("option", { value: f }, t(`form.${f}`))));
  try { clock.form = (localStorage.getItem("rostrum:form") ?? (recording.start ? "timecode" : "elapsed")) as Form; } catch { /* no memory here */ }
  form.value = clock.form;
  form.addEventListener("change", () => {
    clock.form = form.value as Form;
    try { localStorage.setItem("rostrum:form", clock.form); } catch { /* no memory here */ }
    player.seek(player.frame);
    fields.show(true);
    speakers.show();
    suggestions.show();
    timeline.draw();
  });
  const channels = recording.channels ?? [];
  const sounds = () => {
    sound.replaceChildren(...(player.mode === "original" ? [make("option", { value: "" }, t("sound.file"))] : []),
      ...channels.filter((c) => c.listen_url).map((c) => make("option", { value: c.name }, c.label || c.name)));
    sound.value = player.channel;
    sound.hidden = sound.options.length === 0;
  };
  sounds();
  player.addEventListener("mode", sounds);
  sound.addEventListener("change", () => {
    player.listen(sound.value);
    void hear(sound.value || channels[0]?.name || "");
  });
  one(".no-picture").hidden = recording.picture !== null;
  one<HTMLElement>(".picture video").hidden = recording.picture === null;
  const handles = one<HTMLSelectElement>("#handles");
  handles.addEventListener("change", () => {
    timeline.handles = Math.round(Number(handles.value) * clock.rate.num / clock.rate.den);
    timeline.draw();
  });
  one(".overview").setAttribute("aria-valuemax", String(recording.frames));

  // the waveform, as soon as the channel has been listened through
  const waiting = one("#wave-waiting");
  async function hear(channel: string): Promise<void> {
    if (!channel) return;
    try {
      await wave.load(id, channel);
      waiting.hidden = true;
      timeline.heard();
    } catch (e) {
      waiting.textContent = e instanceof Error ? e.message : String(e);
      waiting.hidden = false;
      if (e instanceof Refusal && (e.status === 409 || e.again)) setTimeout(() => void hear(channel), lookAgain);
    }
  }
  void hear(player.channel || channels[0]?.name || "");

  // markers: chapters of the file, and what reviewers said
  const chapters: Marker[] = (recording.chapters ?? []).map((c) => ({ at: c.at, kind: "chapter", title: c.title ?? "" }));
  timeline.markers = chapters;
  call<Comment[] | null>("GET", `/api/v1/recordings/${id}/comments`).then((all) => {
    const said: Marker[] = (all ?? []).filter((c) => !c.resolved).map((c) => ({ at: c.frame, kind: "comment", title: `${c.who}: ${c.text}` }));
    timeline.markers = [...chapters, ...said].sort((a, b) => a.at - b.at);
    timeline.draw();
  }).catch(() => { /* nobody reviews here yet */ });

  const problems = one("#problems");
  cuts.addEventListener("rows", () => {
    const n = cuts.rows.filter((r) => cuts.overlaps(r.id)).length;
    problems.textContent = n ? t("overlaps", { n }) : t("cuts.count", { n: cuts.rows.length });
    problems.classList.toggle("bad", n > 0);
    undoButtons();
  });

  // export: what is saved is what is given out
  const menu = one<HTMLDetailsElement>("#export");
  one("ul", menu).replaceChildren(...(recording.formats ?? []).map((f) => make("li", {},
    make("a", { href: place(`/api/v1/recordings/${id}/cutlist?format=${encodeURIComponent(f.name)}`), download: "" }, f.label, make("small", { class: "soft" }, `.${f.extension.replace(/^\./, "")}`)))));
  menu.addEventListener("toggle", () => { if (menu.open) void keeping.saver.flush(); });
  document.addEventListener("click", (e) => { if (!menu.contains(e.target as Node) || (e.target as Element).closest("a")) menu.open = false; });
  menu.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    menu.open = false;
    one("summary", menu).focus();
  });

  // how the work stands
  const meeting = one<HTMLAnchorElement>("#meeting");
  meeting.textContent = recording.meeting.title;
  meeting.href = place(`/studio/meetings/${recording.meeting.slug}`);
  meeting.hidden = false;
  const working = one("#surveying");
  let begun = 0, share = 0; // when we first saw the ladder being encoded, and how much of it was there
  function stands(): void {
    speakers.states = new Map((recording.rows_state ?? []).map((s) => [s.intervention, s]));
    speakers.show();
    player.encoded(recording.encoded);
    const making = (recording.rows_state ?? []).filter((s) => s.state === "rendering").length, parts: string[] = [];
    if (recording.failure) parts.push(recording.failure);
    if (recording.picture && recording.encoded < 1 && !recording.failure) {
      if (!begun) [begun, share] = [Date.now(), recording.encoded];
      const gone = recording.encoded - share, left = gone > 0.01 ? (Date.now() - begun) / 1000 / gone * (1 - recording.encoded) : 0;
      parts.push(t("encoding", { share: percent.format(recording.encoded) }) + (left ? ` ${t("left", { time: elapsed(left) })}` : ""));
    }
    if (making) parts.push(t("making", { n: making }));
    working.classList.toggle("bad", recording.failure !== "");
    one("p", working).textContent = parts.join(" ");
    working.hidden = parts.length === 0;
  }
  let watching = 0;
  async function watch(): Promise<void> {
    clearTimeout(watching);
    try {
      const made = (recording.rows_state ?? []).filter((s) => s.state === "ready" || s.state === "published").length;
      recording = await call<Recording>("GET", `/api/v1/recordings/${id}`);
      stands();
      if ((recording.rows_state ?? []).filter((s) => s.state === "ready" || s.state === "published").length !== made) void speakers.load();
    } catch { /* the next look may succeed */ }
    const going = !recording.failure && (recording.picture !== null && recording.encoded < 1 || (recording.rows_state ?? []).some((s) => s.state === "rendering" || s.state === "cut"));
    if (going) watching = setTimeout(() => void watch(), lookAgain);
  }
  applying.done = () => {
    void speakers.load();
    void watch();
  };
  stands();
  void watch();

  tabs();
  await Promise.all([lock.ask(), speakers.load()]);
  started = true;
  cuts.dispatchEvent(new Event("rows"));
  player.seek(0);
  void suggestions.load();
  root.dataset["ready"] = "";
}

// tabs are the two lists beside the picture.
function tabs(): void {
  const all = [...document.querySelectorAll<HTMLElement>("[role=tab]")];
  const show = (tab: HTMLElement) => {
    for (const x of all) {
      const on = x === tab;
      x.setAttribute("aria-selected", String(on));
      x.tabIndex = on ? 0 : -1;
      one(`#${x.getAttribute("aria-controls")}`).hidden = !on;
    }
  };
  for (const tab of all) {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (e) => {
      if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
      e.preventDefault();
      const next = all[(all.indexOf(tab) + 1) % all.length]!;
      show(next);
      next.focus();
    });
  }
}
