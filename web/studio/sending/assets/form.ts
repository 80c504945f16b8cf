// What is typed about a recording. It is kept by itself, apart from the bytes.

import { call } from "../../desk/assets/api";
import { make } from "../../desk/assets/dom";
import { Saver } from "../../desk/assets/save";
import { t } from "../../desk/assets/words";
import { emptyForm, type Delivery, type Form, type Limits } from "./server";
import { say } from "./said";
import { instant, known, wall } from "./zone";

// What is copied to the deliveries below; the rest is of one recording only.
const shared = ["meeting", "room", "channels", "consent", "until"] as const;
export type Shared = Pick<Form, typeof shared[number]>;

const memory = (id: string) => `rostrum:delivery:${id}`;

export class DeliveryForm {
  readonly element = make("form", { class: "about", novalidate: "" });
  readonly saved = make("span", { class: "saved" });
  readonly saver: Saver<Form>;
  #form: Form;
  #id: string;
  #limits: Limits;
  #fields: { [name: string]: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement } = {};
  #untilBox: HTMLElement;
  #channelsBox: HTMLElement;
  #channelsOf = make("p", { class: "hint" });
  #zones: HTMLElement[] = [];
  #warning = make("p", { class: "hint", hidden: "" });
  #howBox: HTMLElement;
  #howSheet = make("p", { class: "hint", hidden: "" }, t("form.how.sheet"));

  constructor(d: Delivery, limits: Limits, change: (doing: Promise<unknown>) => Promise<unknown>, readonly changed: () => void, applyBelow: () => void) {
    this.#id = d.id;
    this.#limits = limits;
    this.saver = new Saver<Form>(async (form) => { await change(call("PUT", `/api/v1/deliveries/${d.id}/form`, form)); }, (state, words) => {
      this.saved.dataset["state"] = state;
      if (state === "unsaved" && this.saved.textContent !== words) say(words);
      this.saved.textContent = words;
    }, memory(d.id));
    const left = this.saver.left;
    this.#form = { ...emptyForm(), ...(left ?? d.form) };
    this.element.addEventListener("submit", (e) => e.preventDefault());

    this.#untilBox = this.#time("until", t("form.until"));
    this.#channelsBox = this.#field("channels", t("form.channels"), make("input", { spellcheck: "false", autocapitalize: "off", placeholder: "floor, en, fr", dir: "ltr" }), t("form.channels.hint"));
    const room = this.#field("room", t("form.room"), this.#select([["", t("form.room.none")], ...limits.rooms.map((r): [string, string] => [r.name, r.title || r.name])]));
    room.append(this.#channelsOf);
    this.#howBox = this.#how();
    const below = make("button", { type: "button", class: "below" }, t("form.below"));
    below.addEventListener("click", applyBelow);
    this.element.append(
      make("div", { class: "fields" },
        this.#field("meeting", t("form.meeting"), this.#select([["", t("form.meeting.none")], ...limits.meetings.map((m): [string, string] => [m.slug, `${m.date} · ${m.title}`])])),
        room, this.#channelsBox,
        this.#field("consent", t("form.consent"), this.#select([["", t("consent.none")], ...["public", "partners", "embargo", "pending", "refused"].map((c): [string, string] => [c, t(`consent.${c}`)])])),
        this.#untilBox, this.#time("recorded", t("form.recorded"), t("form.recorded.hint")),
        this.#howBox,
        this.#publish(),
        this.#field("remarks", t("form.remarks"), make("textarea", { rows: "2", dir: "auto" }), "", "wide")),
      make("p", { class: "actions" }, below, this.saved));
    this.#show();
    this.element.addEventListener("input", () => this.#typed());
    if (left) this.saver.change(this.#form, 0);
  }

  get value(): Form { return this.#form; }
  get shared(): Shared { return Object.fromEntries(shared.map((k) => [k, this.#form[k]])) as unknown as Shared; }
  get meeting() { return this.#limits.meetings.find((m) => m.slug === this.#form.meeting); }

  // take shows the server's form, unless something newer was typed here.
  take(form: Form): void {
    if (this.saver.pending || this.element.contains(document.activeElement) || JSON.stringify({ ...emptyForm(), ...form }) === JSON.stringify(this.#form)) return;
    this.#form = { ...emptyForm(), ...form };
    this.#show();
    this.changed();
  }

  // put changes some of it, as if it had been typed.
  put(some: Partial<Form>): void {
    this.#form = { ...this.#form, ...some };
    this.#show();
    this.#keep();
  }

  // sheet says whether there is a cut list, which decides instead.
  set sheet(is: boolean) {
    this.#howBox.hidden = is;
    this.#howSheet.hidden = !is;
  }

  set disabled(is: boolean) {
    for (const f of this.element.querySelectorAll<HTMLInputElement>("input, select, textarea, button")) f.disabled = is;
  }

  set last(is: boolean) { this.element.querySelector<HTMLElement>(".below")!.hidden = is; }

  focus(): void { this.#fields["meeting"]!.focus(); }

  #typed(): void {
    const v = (name: string) => this.#fields[name]!.value, f = this.#form;
    f.meeting = v("meeting");
    f.room = v("room");
    f.consent = v("consent");
    f.remarks = v("remarks");
    f.publish = (this.#fields["publish"] as HTMLInputElement).checked;
    f.whole_as_one = (this.#fields["whole"] as HTMLInputElement).checked;
    const channels = v("channels").split(",").map((c) => c.trim()).filter(Boolean);
    if (channels.length) f.channels = channels;
    else delete f.channels;
    // Of another meeting's zone, too: what was typed is what the clock on the wall showed.
    const zone = this.meeting?.zone ?? "";
    f.until = instant(v("until"), zone);
    f.recorded = instant(v("recorded"), zone);
    this.#depend();
    this.#keep();
  }

  #keep(): void {
    this.saver.change({ ...this.#form });
    this.changed();
  }

  #show(): void {
    const f = this.#form, zone = this.meeting?.zone ?? "";
    for (const [name, value] of Object.entries({ meeting: f.meeting, room: f.room, consent: f.consent, remarks: f.remarks, channels: (f.channels ?? []).join(", "),
      until: wall(f.until, zone), recorded: wall(f.recorded, zone) })) {
      const e = this.#fields[name]!;
      // What is not there any more stays to be seen, and to be changed.
      if (e instanceof HTMLSelectElement && value && ![...e.options].some((o) => o.value === value)) e.append(make("option", { value }, t("form.gone", { what: value })));
      e.value = value;
    }
    (this.#fields["publish"] as HTMLInputElement).checked = f.publish;
    (this.#fields[f.whole_as_one ? "whole" : "cut"] as HTMLInputElement).checked = true;
    this.#depend();
  }

  // depend shows what follows from other fields.
  #depend(): void {
    const f = this.#form, room = this.#limits.rooms.find((r) => r.name === f.room);
    this.#untilBox.hidden = f.consent !== "embargo";
    this.#channelsBox.hidden = f.room !== "";
    this.#channelsOf.hidden = !room;
    this.#channelsOf.textContent = room ? room.channels.join(", ") : "";
    for (const z of this.#zones) z.textContent = known(this.meeting?.zone ?? "").replaceAll("_", " ");
    const warn = f.publish && !["public", "partners", "embargo"].includes(f.consent);
    this.#warning.hidden = !warn;
    this.#warning.textContent = warn ? t("form.publish.consent") : "";
  }

  #id_(name: string): string { return `${name}-${this.#id}`; }

  #field(name: string, label: string, field: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement, hint = "", more = ""): HTMLElement {
    field.id = this.#id_(name);
    field.dataset["field"] = name;
    this.#fields[name] = field;
    const box = make("div", { class: `field ${more}` }, make("label", { for: field.id }, label), field);
    if (hint) {
      field.setAttribute("aria-describedby", `${field.id}-hint`);
      box.append(make("p", { class: "hint", id: `${field.id}-hint` }, hint));
    }
    return box;
  }

  #time(name: string, label: string, hint = ""): HTMLElement {
    const zone = make("span", { class: "soft", dir: "ltr" }), box = this.#field(name, label, make("input", { type: "datetime-local" }), hint);
    this.#zones.push(zone);
    box.querySelector("label")!.append(" ", zone);
    return box;
  }

  #select(options: [string, string][]): HTMLSelectElement {
    return make("select", {}, ...options.map(([value, text]) => make("option", { value }, text)));
  }

  #how(): HTMLElement {
    const choice = (name: string) => {
      const radio = this.#fields[name] = make("input", { type: "radio", name: this.#id_("how"), "data-field": name });
      return make("label", { class: "check" }, radio, t(`form.how.${name}`));
    };
    return make("fieldset", { class: "field" }, make("legend", {}, t("form.how")), choice("cut"), choice("whole"));
  }

  #publish(): HTMLElement {
    const box = this.#fields["publish"] = make("input", { type: "checkbox", "data-field": "publish" });
    return make("div", { class: "field" }, make("p", { class: "label" }, t("form.after")), make("label", { class: "check" }, box, t("form.publish")), this.#warning, this.#howSheet);
  }
}
