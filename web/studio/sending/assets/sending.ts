// The page from which recordings are sent.

import { make, one } from "../../desk/assets/dom";
import { failed, toast } from "../../desk/assets/toast";
import { language, t } from "../../desk/assets/words";
import { chosenIn, dropped, pick } from "./choosing";
import { count, left, percent, size, speed } from "./figures";
import { newCard } from "./placing";
import { Room } from "./room";
import { patiently, type Delivery, type Limits } from "./server";

const all = one("#all"), bar = one<HTMLProgressElement>("#all-bar"), how = one("#all-how"), hold = one<HTMLButtonElement>("#all-hold"), take = one<HTMLButtonElement>("#all-take");
const files = one<HTMLInputElement>("#files"), folder = one<HTMLInputElement>("#folder"), page = one(".sending");

let held = false;

async function begin(): Promise<void> {
  const [limits, deliveries] = await Promise.all([patiently<Limits>("GET", `/api/v1/sending?ui=${language}`), patiently<Delivery[]>("GET", "/api/v1/deliveries")]);
  one("#limits").textContent = [limits.largest > 0 ? t("limits.largest", { size: size(limits.largest) }) : "", t("limits.days", { days: limits.days })].join(" ").trim();
  const room: Room = new Room(limits, () => paint(room));
  await room.begin(deliveries);
  listen(room);
  page.dataset["ready"] = "";
}

function listen(room: Room): void {
  one("#choose").addEventListener("click", () => void pick(files).then((c) => room.place(c), failed));
  one("#choose-folder").addEventListener("click", () => folder.click());
  for (const field of [files, folder]) field.addEventListener("change", () => void room.place(chosenIn(field)));
  one("#type-first").addEventListener("click", () => void newCard(room).then((card) => { card.expanded = true; card.form.focus(); }, failed));
  hold.addEventListener("click", () => {
    if (held) for (const x of room.traffic.all) { if (x.state === "paused") x.go(); }
    else for (const x of room.traffic.all) x.pause();
    paint(room);
  });
  take.addEventListener("click", () => void takeAll(room));

  // Files may be dropped everywhere; a card takes those that fall on it.
  let over = 0;
  const withFiles = (e: DragEvent) => e.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragenter", (e) => { if (withFiles(e) && ++over) page.dataset["over"] = ""; });
  addEventListener("dragleave", (e) => { if (withFiles(e) && --over <= 0) { over = 0; delete page.dataset["over"]; } });
  addEventListener("dragover", (e) => { if (withFiles(e)) e.preventDefault(); });
  addEventListener("drop", (e) => {
    over = 0;
    delete page.dataset["over"];
    if (e.defaultPrevented || !e.dataTransfer || !withFiles(e)) return;
    e.preventDefault();
    void dropped(e.dataTransfer).then((c) => room.place(c), failed);
  });
}

async function takeAll(room: Room): Promise<void> {
  take.disabled = true;
  let taken = 0, refused = 0;
  for (const card of room.cards.filter((c) => c.submittable)) {
    if (await card.submit()) taken++;
    else refused++;
  }
  take.disabled = false;
  if (taken) toast(count("all.taken", taken));
  if (refused) toast(count("all.refused", refused), { error: true });
}

// paint shows how all of it stands.
function paint(room: Room): void {
  const rows = room.cards.filter((c) => c.d.state !== "taken").flatMap((c) => c.rows), bytes = rows.reduce((n, r) => n + r.bytes, 0), received = rows.reduce((n, r) => n + r.received, 0);
  const open = room.cards.filter((c) => c.d.state !== "taken").length, here = rows.filter((r) => r.here).length, ready = room.cards.filter((c) => c.submittable).length;
  const going = rows.reduce((n, r) => n + (r.transfer?.speed ?? 0), 0), moving = rows.some((r) => r.moving), paused = rows.some((r) => r.transfer?.state === "paused" && !r.here);
  page.dataset["cards"] = open ? "some" : "none";
  all.hidden = rows.length === 0;
  bar.value = bytes ? received / bytes : 0;
  bar.hidden = bytes === received;
  const words = [count("all.files", rows.length, { here })];
  words.push(bytes === received ? size(bytes) : t("all.bytes", { part: percent(received, bytes), here: size(received), all: size(bytes) }));
  if (going > 0) words.push(speed(going), left((bytes - received) / going));
  const text = words.join(" · ");
  if (how.textContent !== text) how.textContent = text;
  held = !moving && paused;
  hold.hidden = !moving && !paused;
  const holding = t(held ? "all.resume" : "all.pause");
  if (hold.textContent !== holding) hold.textContent = holding;
  take.hidden = ready < 2;
  one("#taken").hidden = room.cards.length === open;
  document.title = (bytes && bytes !== received && moving ? `${percent(received, bytes)} · ` : "") + page.dataset["title"];
}

begin().catch((e: unknown) => {
  one("#start").replaceChildren(make("p", { class: "note bad", role: "alert" }, e instanceof Error ? e.message : String(e)));
});
