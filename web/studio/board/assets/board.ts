// The board follows what happens: the server says that something has changed, and the page is brought to how the server draws it then.

import { address, call } from "../../desk/assets/api";
import { localTimes } from "../../desk/assets/desk";
import { make, one } from "../../desk/assets/dom";
import { failed, toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import { morph } from "./morph";

const board = one("#board"), said = one("#said");
let events: EventSource | undefined;
let live: "on" | "off" | "out" = "off", seen = "";

// dress adds to a drawing of the board what only scripts give: buttons, times of the reader's zone, whether it is live.
function dress(b: Element): void {
  localTimes(b);
  for (const button of b.querySelectorAll("[data-retry]")) button.removeAttribute("hidden");
  const mark = b.querySelector<HTMLElement>(".live");
  if (mark && seen) {
    mark.hidden = false;
    mark.dataset["live"] = live;
    mark.textContent = t(`live.${live}`);
  }
}

function show(state: typeof live): void {
  if (live !== state || !seen) {
    live = state;
    seen = "yes";
    dress(board);
  }
}

// states is how everything on the board stands, by its key.
function states(): Map<string, { state: string; name: string }> {
  return new Map([...board.querySelectorAll<HTMLElement>("[data-state][data-key]")]
    .map((e) => [e.dataset["key"]!, { state: e.dataset["state"]!, name: e.dataset["name"] ?? "" }]));
}

const bad = ["failed", "refused"], busy = ["sending", "arriving", "measuring", "encoding", "making"];

// announce tells those who listen of what failed and what is finished, and of nothing else.
function announce(before: ReturnType<typeof states>): void {
  const words: string[] = [];
  for (const [key, now] of states()) {
    const was = before.get(key)?.state;
    if (was === now.state) continue;
    if (bad.includes(now.state)) words.push(t("said.failed", { name: now.name }));
    else if (was && busy.includes(was) && !busy.includes(now.state)) words.push(t("said.ready", { name: now.name }));
  }
  if (words.length) said.textContent = words.slice(0, 5).join(". ");
}

let drawing: Promise<void> | undefined, again = false;

// draw fetches the board; what changes meanwhile is fetched afterwards, and what changes while nobody sees the page, when somebody does.
function draw(): Promise<void> {
  if (document.hidden) {
    again = true;
    return Promise.resolve();
  }
  if (drawing) {
    again = true;
    return drawing;
  }
  again = false;
  return drawing = fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } }).then(async (answer) => {
    if (answer.redirected) return out();
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
    if (!answer.ok || !next) return;
    dress(next);
    const before = states(), focused = document.activeElement;
    morph(board, next);
    if (focused && focused !== document.body && !focused.isConnected) board.querySelector<HTMLElement>("#waits-title")?.focus();
    announce(before);
    entitle();
  }).catch(() => show("off")).finally(() => {
    drawing = undefined;
    if (again) void draw();
  });
}

// entitle puts the number of things that wait into the window's title, where a tab shows it.
function entitle(): void {
  const n = board.dataset["waiting"] ?? "0";
  document.title = document.title.replace(/^(\(\d+\) )?/, n === "0" ? "" : `(${n}) `);
}

function out(): void {
  events?.close();
  show("out");
}

function follow(): void {
  events = new EventSource(address("/api/v1/events"));
  events.addEventListener("board", () => {
    show("on");
    void draw();
  });
  events.addEventListener("error", () => {
    // It connects again by itself, unless it was refused: then somebody is signed out, or the server is being replaced.
    show("off");
    if (events!.readyState !== EventSource.CLOSED) return;
    fetch(address("/api/v1/board"), { method: "HEAD", credentials: "same-origin" }).then((a) => {
      if (a.status === 401 || a.status === 403) out();
      else setTimeout(follow, 3000);
    }, () => setTimeout(follow, 3000));
  });
}

async function retry(button: HTMLButtonElement): Promise<void> {
  // Not "disabled", which would take the focus away.
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true";
  try {
    await call("POST", button.dataset["retry"]!);
    toast(t("retried"));
    await draw();
  } catch (e) {
    failed(e);
  }
  button.ariaDisabled = null;
}

// copy puts a report into the clipboard, or shows it where a browser does not allow that.
async function copy(link: HTMLAnchorElement): Promise<void> {
  let text: string;
  try {
    const answer = await fetch(link.href, { credentials: "same-origin" });
    text = await answer.text();
    if (!answer.ok) throw new Error((JSON.parse(text) as { detail?: string }).detail ?? answer.statusText);
  } catch (e) {
    return failed(e);
  }
  try {
    await navigator.clipboard.writeText(text);
    toast(t("copied"));
  } catch {
    const field = make("textarea", { class: "report", readonly: "", rows: "16", "aria-labelledby": "report-title" });
    field.value = text;
    const dialog = make("dialog", { "aria-labelledby": "report-title" }, make("h2", { id: "report-title" }, t("copy.title")), field,
      make("form", { method: "dialog" }, make("p", { class: "actions" }, make("button", { class: "primary" }, t("close")))));
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    document.body.append(dialog);
    dialog.showModal();
    field.select();
  }
}

board.addEventListener("click", (e) => {
  const to = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-retry], [data-report]") : null;
  if (to instanceof HTMLButtonElement) void retry(to);
  else if (to instanceof HTMLAnchorElement && !e.ctrlKey && !e.metaKey && !e.shiftKey) {
    e.preventDefault();
    void copy(to);
  }
});
document.addEventListener("visibilitychange", () => { if (again) void draw(); });
addEventListener("pagehide", () => events?.close());
addEventListener("pageshow", (e) => { if (e.persisted) follow(); });

dress(board);
entitle();
follow();
