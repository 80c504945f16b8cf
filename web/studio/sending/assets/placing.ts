// Where files belong: to what was begun before, by their fingerprints; to a recording, by their names.

import { ask } from "../../desk/assets/ask";
import { make } from "../../desk/assets/dom";
import { toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import { Card } from "./card";
import type { Chosen } from "./choosing";
import { size } from "./figures";
import { fingerprint } from "./fingerprint";
import { keepHandle } from "./handles";
import type { Room } from "./room";
import { emptyForm, patiently, type Bundle, type Delivery, type Form, type Found } from "./server";
import { say } from "./said";
import { Transfer } from "./transfer";

interface Printed extends Chosen { print: string }

// place puts files where they belong, and begins to send them. target is the delivery that they were given to by hand.
export async function place(room: Room, chosen: Chosen[], target?: Card): Promise<void> {
  const printed = await print(admit(room, chosen));
  let fresh: Printed[] = [];
  for (const c of printed) if (!await goOn(room, c)) fresh.push(c);
  fresh = await replaced(room, fresh);
  if (!fresh.length) return;
  if (target && !target.fixed && room.cards.includes(target)) return send(room, target, fresh);
  await bundle(room, fresh);
}

// admit leaves out what cannot be sent, and says why, before the first byte.
function admit(room: Room, chosen: Chosen[]): Chosen[] {
  const { largest } = room.limits;
  return chosen.filter(({ file }) => {
    let why = "";
    if (file.size === 0) why = t("refuse.empty", { name: file.name });
    else if (largest > 0 && file.size > largest) why = t("refuse.large", { name: file.name, size: size(file.size), largest: size(largest) });
    if (why) toast(why, { error: true });
    return !why;
  });
}

async function print(chosen: Chosen[]): Promise<Printed[]> {
  const all: Printed[] = [];
  for (const c of chosen) {
    try {
      const p = await fingerprint(c.file);
      if (!all.some((x) => x.print === p)) all.push({ ...c, print: p });
    } catch {
      toast(t("refuse.unreadable", { name: c.file.name }), { error: true });
    }
  }
  return all;
}

// goOn goes on with a file that was begun before, here or elsewhere.
async function goOn(room: Room, c: Printed): Promise<boolean> {
  const running = [...room.traffic.all].find((x) => x.print === c.print);
  if (running && room.cardOf(running.delivery)) {
    const row = room.cardOf(running.delivery)!.rows.find((r) => r.transfer === running);
    if (running.state === "arrived" || running.active) {
      toast(t(running.state === "arrived" ? "place.here" : "place.running", { name: c.file.name }));
      return true;
    }
    if (row) row.transfer = undefined;
    room.traffic.forget(running);
  }
  const all = await patiently<Found[]>("GET", `/api/v1/uploads?fingerprint=${encodeURIComponent(c.print)}`);
  for (const found of all) {
    const card = room.cardOf(found.delivery) ?? await room.look(found.delivery);
    if (!card || card.d.state === "taken") continue;
    if (found.finished) {
      toast(t("place.here", { name: c.file.name }));
      return true;
    }
    const x = new Transfer(c.file, c.print, found.delivery, found.address, found.received, room.limits, room.traffic);
    begin(room, card, x, c);
    say(t("said.goes-on", { name: c.file.name }));
    return true;
  }
  return false;
}

// replaced asks about files that have the name of one which was begun, and are not it.
async function replaced(room: Room, fresh: Printed[]): Promise<Printed[]> {
  const left: Printed[] = [];
  for (const c of fresh) {
    const card = room.cards.find((x) => !x.fixed && x.rows.some((r) => r.name === c.file.name && !r.here && (!r.transfer || r.transfer.unreadable)));
    const row = card?.rows.find((r) => r.name === c.file.name && !r.here);
    if (card && row && await ask(t("place.other", { name: c.file.name }), t("place.other.yes"), { detail: t("place.other.detail") })) {
      await card.replace(row);
      await send(room, card, [c]);
    } else {
      left.push(c);
    }
  }
  return left;
}

// bundle groups files by their names, with those that are here as well.
async function bundle(room: Room, fresh: Printed[]): Promise<void> {
  const open = room.cards.filter((c) => !c.fixed), here = open.flatMap((card) => card.rows.map((row) => ({ card, name: row.name })));
  const bundles = await patiently<Bundle[]>("POST", "/api/v1/sending/bundles", [...here.map((h) => h.name), ...fresh.map((c) => c.file.name)]);
  const groups: { card: Card | undefined; files: Printed[] }[] = [], loose: Printed[] = [];
  for (const b of bundles) {
    const files = b.files.flatMap((f) => fresh[f.index - here.length] ?? []), card = b.files.map((f) => here[f.index]?.card).find(Boolean);
    if (!files.length) continue;
    if (card || b.files.some((f) => f.kind === "recording")) groups.push({ card, files });
    else loose.push(...files);
  }
  const empty = open.filter((c) => c.rows.length === 0), news = groups.filter((g) => !g.card);
  if (empty.length === 1 && news.length === 1) news[0]!.card = empty[0]; // what was typed first gets the file that follows
  let first: Card | undefined;
  for (const g of groups) {
    const isNew = !g.card;
    g.card ??= await newCard(room);
    if (isNew) first ??= g.card;
    await send(room, g.card, g.files);
  }
  if (first) room.arrived(first, news.length);
  if (loose.length) await placeLoose(room, loose);
}

// newCard begins a delivery.
export async function newCard(room: Room): Promise<Card> {
  const form: Form = emptyForm();
  form.meeting = room.meeting;
  return room.show(await room.change(patiently<Delivery>("POST", "/api/v1/deliveries", form)));
}

// placeLoose asks which recording files belong to that go with none by their names.
async function placeLoose(room: Room, loose: Printed[]): Promise<void> {
  const cards = room.cards.filter((c) => !c.fixed && c.name);
  let to = cards[0];
  if (cards.length > 1) {
    const names = loose.map((c) => c.file.name).join(", ");
    const select = make("select", { id: "belongs" }, ...cards.map((c) => make("option", { value: c.d.id }, c.name)), make("option", { value: "" }, t("place.loose.none")));
    to = await which(names, select) ? room.cardOf(select.value) : undefined;
  }
  await send(room, to ?? await newCard(room), loose);
}

function which(names: string, select: HTMLSelectElement): Promise<boolean> {
  const ok = make("button", { type: "submit", value: "yes", class: "primary" }, t("place.loose.yes"));
  const dialog = make("dialog", { "aria-labelledby": "belongs-title" }, make("form", { method: "dialog" }, make("h2", { id: "belongs-title" }, t("place.loose")), make("p", { dir: "auto" }, names),
    make("div", { class: "field" }, make("label", { for: "belongs" }, t("place.loose.to")), select), make("p", { class: "actions" }, ok)));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    resolve(dialog.returnValue === "yes");
    dialog.remove();
  }, { once: true }));
}

// send begins to send files of a delivery, one after the other, so that they stand in their order.
async function send(room: Room, card: Card, files: Printed[]): Promise<void> {
  for (const c of files) {
    const x = new Transfer(c.file, c.print, card.d.id, "", 0, room.limits, room.traffic);
    begin(room, card, x, c);
    await x.begun;
  }
  room.soon();
}

function begin(room: Room, card: Card, x: Transfer, c: Printed): void {
  room.traffic.add(x);
  card.attach(x);
  if (c.handle) void x.begun.then(() => { if (x.upload) void keepHandle(x.upload, c.handle!); });
}
