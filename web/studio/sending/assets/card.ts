// A delivery: one recording on its way in, with all that comes with it and what is typed about it.

import { address, call, Refusal } from "../../desk/assets/api";
import { ask } from "../../desk/assets/ask";
import { make } from "../../desk/assets/dom";
import { failed, toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import { chosenIn, dropped, pick } from "./choosing";
import { count, left, percent, size } from "./figures";
import { FileRow } from "./file";
import { DeliveryForm } from "./form";
import { forgetHandle } from "./handles";
import type { Room } from "./room";
import { whole, type Delivery, type DeliveryFile } from "./server";
import { say } from "./said";
import type { Transfer } from "./transfer";

export class Card {
  readonly element: HTMLElement;
  readonly form: DeliveryForm;
  readonly rows: FileRow[] = [];
  #toggle: HTMLButtonElement;
  #title = make("span", { dir: "auto" });
  #meta = make("p", { class: "meta small" });
  #state = make("span", { class: "state" });
  #bar = make("progress", { max: "1" });
  #how = make("span", { class: "small soft how" });
  #take = make("button", { type: "button", class: "take" });
  #open = make("a", { class: "button" }, t("card.open"));
  #body = make("div", { class: "body" });
  #note = make("div", { class: "note", hidden: "", tabindex: "-1" });
  #list = make("ul", { class: "files" });
  #none = make("p", { class: "soft none" }, t("card.none"));
  #field = make("input", { type: "file", multiple: "", hidden: "", tabindex: "-1", "aria-hidden": "true" });
  #refused = ""; // why it could not be submitted

  constructor(public d: Delivery, readonly room: Room) {
    const title = `title-${d.id}`, body = this.#body.id = `body-${d.id}`;
    this.form = new DeliveryForm(d, room.limits, (doing) => room.change(doing), () => this.paint(), () => room.applyBelow(this));
    this.#toggle = make("button", { type: "button", class: "quiet toggle", "aria-expanded": "false", "aria-controls": body, id: title }, this.#title);
    this.#toggle.addEventListener("click", () => { this.expanded = !this.expanded; });
    this.#take.addEventListener("click", () => void (this.d.state === "submitted" ? this.reopen() : this.submit()));
    this.#bar.setAttribute("aria-labelledby", title);
    const add = make("button", { type: "button" }, t("card.add")), discard = make("button", { type: "button", class: "quiet" }, t("card.discard"));
    add.addEventListener("click", () => void this.#choose());
    this.#field.addEventListener("change", () => room.place(chosenIn(this.#field), this));
    discard.addEventListener("click", () => void this.#discard());
    this.#body.append(this.#note, make("div", { class: "of-files" }, this.#list, this.#none, make("p", { class: "actions" }, add, make("span", { class: "soft small" }, t("card.add.hint")), this.#field)),
      this.form.element);
    this.form.element.lastElementChild!.append(discard);
    this.element = make("section", { class: "delivery", "aria-labelledby": title },
      make("div", { class: "top" }, make("div", { class: "of" }, make("h2", {}, this.#toggle), this.#meta), make("div", { class: "far" }, this.#bar, this.#how), this.#state,
        make("div", { class: "actions" }, this.#open, this.#take)),
      this.#body);
    this.element.addEventListener("dragover", (e) => { e.preventDefault(); this.element.dataset["over"] = ""; });
    this.element.addEventListener("dragleave", (e) => { if (!this.element.contains(e.relatedTarget as Node | null)) delete this.element.dataset["over"]; });
    this.element.addEventListener("drop", (e) => {
      delete this.element.dataset["over"];
      if (!e.dataTransfer || this.fixed) return;
      e.preventDefault();
      void dropped(e.dataTransfer).then((all) => room.place(all, this), failed);
    });
    this.expanded = false;
    this.update(d);
  }

  get expanded(): boolean { return !this.#body.hidden; }
  set expanded(is: boolean) {
    this.#body.hidden = !is;
    this.#toggle.setAttribute("aria-expanded", String(is));
  }

  // fixed says that nothing of it may be changed: it is being taken in, or has been.
  get fixed(): boolean { return this.d.state === "taken" || this.d.state === "submitted" && whole(this.d); }
  get name(): string { return (this.rows.find((r) => r.said?.kind === "recording") ?? this.rows[0])?.name ?? ""; }
  get submittable(): boolean { return (this.d.state === "open" || this.d.state === "refused") && this.rows.some((r) => r.said?.kind === "recording"); }

  // update takes what the server says.
  update(d: Delivery): void {
    const before = this.d;
    this.d = d;
    this.form.take(d.form);
    if (before.state === "submitted" && d.state === "taken") say(t("said.taken", { name: this.name }));
    if (before.state === "submitted" && d.state === "refused") {
      say(t("said.refused", { name: this.name, why: d.failure ?? "" }));
      this.expanded = true;
    }
    for (const f of d.files) {
      const row = this.rows.find((r) => r.said?.upload === f.upload || r.transfer?.upload === f.upload) ?? this.#row(f.name);
      row.said = f;
      row.expires = d.expires ?? "";
      row.handle = this.room.handles.has(f.upload);
      row.transfer ??= this.room.transferOf(f.upload);
    }
    for (const row of [...this.rows]) if (row.said && !d.files.some((f) => f.upload === row.said!.upload)) this.#drop(row);
    this.rows.sort((a, b) => (a.said?.position ?? 1e9) - (b.said?.position ?? 1e9));
    this.#order();
    this.paint();
  }

  // attach shows a transfer as one of its files.
  attach(transfer: Transfer): void {
    const row = this.rows.find((r) => r.said && r.said.upload === transfer.upload) ?? this.#row(transfer.file.name);
    row.transfer = transfer;
    this.paint();
  }

  paint(): void {
    const { d } = this, form = this.form.value, fixed = this.fixed, all = whole(d) || this.rows.length > 0 && this.rows.every((r) => r.here);
    const parts = this.rows.filter((r) => r.said?.kind === "recording").length > 1;
    this.#title.textContent = this.name || t("card.unnamed");
    this.#title.classList.toggle("soft", !this.name);
    const meeting = this.form.meeting, files = this.rows.length;
    this.#meta.replaceChildren(...(meeting ? [make("span", { dir: "auto" }, meeting.title)] : [make("span", {}, t("card.no-meeting"))]),
      make("span", {}, form.consent ? t(`consent.${form.consent}`) : t("consent.none")), make("span", {}, count("files", files)));
    const state = d.state === "submitted" ? (all ? "taking" : "submitted") : d.state;
    this.element.dataset["state"] = state;
    this.#state.className = `state ${{ open: "", submitted: "work", taking: "work", taken: "good", refused: "bad" }[state]}`;
    this.#state.textContent = t(`state.${state}`);
    this.#take.hidden = fixed;
    this.#take.className = all && d.state !== "submitted" ? "take primary" : "take";
    this.#take.textContent = t(d.state === "submitted" ? "card.reopen" : d.state === "refused" ? "card.again" : all ? "card.take" : "card.take.when");
    this.#take.setAttribute("aria-describedby", this.#toggle.id);
    this.#open.hidden = !d.recording;
    this.#open.href = address(`/studio/recordings/${d.recording ?? ""}`);
    this.#none.hidden = files > 0;
    const note = this.#refused || d.failure || "";
    this.#note.hidden = !note;
    this.#note.className = `note ${this.#refused || d.state === "refused" ? "bad" : "warn"}`;
    if (this.#note.dataset["why"] !== note + d.state) {
      this.#note.dataset["why"] = note + d.state;
      this.#note.replaceChildren(make("p", { dir: "auto" }, note), ...(d.state === "refused" ? [make("p", { class: "small" }, t("card.refused.do"))] : []));
    }
    this.form.disabled = fixed;
    this.form.sheet = this.rows.some((r) => r.said?.kind === "sheet");
    this.#body.querySelectorAll<HTMLButtonElement>(".of-files > .actions button").forEach((b) => { b.disabled = fixed; });
    for (const row of this.rows) row.paint(parts, fixed);
    this.#far();
  }

  // progress shows how far the files have come; it is called often.
  progress(): void {
    for (const row of this.rows) if (row.moving || row.element.dataset["state"] !== "away") row.progress();
    this.#far();
  }

  #far(): void {
    const bytes = this.rows.reduce((n, r) => n + r.bytes, 0), received = this.rows.reduce((n, r) => n + r.received, 0);
    const done = bytes > 0 && this.rows.every((r) => r.here), speed = this.rows.reduce((n, r) => n + (r.transfer?.speed ?? 0), 0);
    this.#bar.hidden = done || bytes === 0;
    this.#bar.value = bytes ? received / bytes : 0;
    const trouble = this.rows.find((r) => r.transfer?.state === "failed" && !r.here) ?? this.rows.find((r) => r.transfer?.state === "retrying");
    const away = this.rows.filter((r) => !r.here && !r.transfer).length;
    let how = bytes ? size(bytes) : "";
    if (!done && bytes) how = `${percent(received, bytes)} · ${size(bytes)}`;
    if (speed > 0) how += ` · ${left((bytes - received) / speed)}`;
    else if (trouble) how = trouble.transfer!.why;
    else if (away) how += ` · ${count("away", away)}`;
    if (this.#how.textContent !== how) this.#how.textContent = how;
    this.#how.classList.toggle("trouble", Boolean(trouble) && speed === 0);
  }

  async submit(): Promise<boolean> {
    this.#take.disabled = true;
    try {
      await this.form.saver.flush();
      await this.room.placed;
      // The server does not know of it, and would take the rest in without it.
      const unknown = this.rows.find((r) => !r.said && !r.transfer?.upload);
      if (unknown) throw new Refusal(409, "conflict", t("card.not-begun", { name: unknown.name }));
      this.#refused = "";
      this.update(await this.room.change(call<Delivery>("POST", `/api/v1/deliveries/${this.d.id}/submit`)));
      say(t(this.fixed ? "said.taking" : "said.submitted", { name: this.name }));
      return true;
    } catch (e) {
      if (!(e instanceof Refusal) || e.again) {
        failed(e);
        return false;
      }
      this.#refused = e.message;
      this.paint();
      this.expanded = true;
      this.#note.focus();
      return false;
    } finally {
      this.#take.disabled = false;
      this.room.soon();
    }
  }

  async reopen(): Promise<void> {
    await this.room.change(call<Delivery>("POST", `/api/v1/deliveries/${this.d.id}/reopen`)).then((d) => this.update(d), failed);
  }

  async #choose(): Promise<void> {
    try { this.room.place(await pick(this.#field), this); } catch (e) { failed(e); }
  }

  async #discard(): Promise<void> {
    if (!await ask(t("card.discard.ask", { name: this.name || t("card.unnamed") }), t("card.discard.yes"), { danger: true, detail: t("card.discard.detail") })) return;
    for (const row of this.rows) if (row.transfer) this.room.traffic.forget(row.transfer);
    this.form.saver.drop();
    try {
      await this.room.change(call("DELETE", `/api/v1/deliveries/${this.d.id}`));
    } catch (e) {
      if (!(e instanceof Refusal) || e.status !== 404) return failed(e);
    }
    for (const f of this.d.files) void forgetHandle(f.upload);
    this.room.remove(this);
    toast(t("card.discarded"));
  }

  #row(name: string): FileRow {
    const row = new FileRow({
      sort: (r, change) => void this.#sort([{ ...r.said!, ...change }]),
      move: (r, by) => this.#move(r, by),
      remove: (r) => void this.#remove(r),
      choose: (r) => void this.room.choose(r),
    }, name);
    this.rows.push(row);
    this.#list.append(row.element);
    return row;
  }

  #order(): void {
    // Only when it has changed: moving an element takes the focus from it.
    if (this.rows.some((r, i) => this.#list.children[i] !== r.element)) {
      const focused = document.activeElement as HTMLElement | null;
      this.#list.append(...this.rows.map((r) => r.element));
      if (focused && this.#list.contains(focused)) focused.focus();
    }
  }

  async #sort(files: DeliveryFile[]): Promise<void> {
    try {
      this.update(await this.room.change(call<Delivery>("PUT", `/api/v1/deliveries/${this.d.id}/files`, files)));
    } catch (e) {
      failed(e);
      this.update(this.d);
    }
  }

  #move(row: FileRow, by: number): void {
    const parts = this.rows.filter((r) => r.said?.kind === "recording"), at = parts.indexOf(row), other = parts[at + by];
    if (!other) return;
    const order = [...this.rows], i = order.indexOf(row), j = order.indexOf(other);
    [order[i], order[j]] = [other, row];
    say(t("said.moved", { name: row.name, n: at + by + 1 }));
    void this.#sort(order.flatMap((r, position) => r.said ? [{ ...r.said, position }] : []));
  }

  async #remove(row: FileRow): Promise<void> {
    if (row.received > 0 && !await ask(t("file.remove.ask", { name: row.name }), t("file.remove.yes"), { danger: true, detail: t("file.remove.detail") })) return;
    if (row.transfer) this.room.traffic.forget(row.transfer);
    if (row.said) {
      void forgetHandle(row.said.upload);
      await this.#sort([{ ...row.said, kind: "" }]);
    } else {
      this.#drop(row);
    }
    this.paint();
    this.#toggle.focus();
  }

  // replace takes a file out for another one, without asking again.
  async replace(row: FileRow): Promise<void> {
    if (row.transfer) this.room.traffic.forget(row.transfer);
    if (row.said) await this.#sort([{ ...row.said, kind: "" }]);
  }

  #drop(row: FileRow): void {
    this.rows.splice(this.rows.indexOf(row), 1);
    row.element.remove();
  }
}
