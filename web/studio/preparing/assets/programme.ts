// A programme is read by the server, which tells what importing it would do. Somebody ticks what is to be taken; importing can be undone.

import { address, call } from "../../desk/assets/api";
import { data, make, one } from "../../desk/assets/dom";
import { failed, toast } from "../../desk/assets/toast";
import { language, t } from "../../desk/assets/words";
import { offerZones } from "./zones";

type Texts = Record<string, string>;
interface Field { name: string; language?: string; before: string; after: string }
interface Item { what: string; number: string; title: Texts; fields?: Field[] }
interface Change { id: string; kind: string; what: string; meeting?: string; title: Texts; speaker?: string; fields: Field[]; agenda?: Item[]; blocked?: string; taken: boolean }
interface Difference { notes: { row: number; text: string }[]; changes: Change[]; same: number; seen: string }
interface Taken { import: string; taken: number; meetings: string[]; notes: string[] }

const largest = 10 << 20; // bytes, as the server has it
const first = (x: Texts) => x[language] || x["en"] || Object.values(x)[0] || "";

export function programme(): void {
  const { slug } = data<{ slug: string; zone: string }>("programme-data"), path = slug ? `/api/v1/meetings/${slug}/programme` : "/api/v1/programme";
  const source = one("#source"), difference = one("#difference"), done = one("#done"), reading = one("#reading"), file = one<HTMLInputElement>("#file"), drop = one("#drop");
  const zone = one<HTMLInputElement>("#time_zone"), apply = one<HTMLButtonElement>("#apply");
  let sent: { name: string; data: string; time_zone: string } | undefined, seen: Difference | undefined;

  const read = async (name: string, bytes: Uint8Array) => {
    done.hidden = true;
    if (bytes.length > largest) return trouble(t("import.large", { n: largest >> 20 }));
    if (!bytes.length) return trouble(t("import.empty"));
    sent = { name, data: base64(bytes), time_zone: zone.value.trim() };
    await compare();
  };
  const compare = async () => {
    if (!sent) return;
    reading.replaceChildren(make("p", { class: "note" }, t("import.reading", { name: sent.name })));
    try {
      seen = await call<Difference>("POST", path, sent);
      reading.replaceChildren();
      show(seen);
    } catch (e) { trouble(e instanceof Error ? e.message : String(e)); }
  };
  const trouble = (words: string) => {
    difference.hidden = true;
    source.hidden = false;
    reading.replaceChildren(make("p", { class: "note bad" }, words));
  };

  // --- the difference
  const show = (d: Difference) => {
    source.hidden = true;
    difference.hidden = false;
    const count = (what: string) => d.changes.filter((c) => c.what === what).length;
    one("#difference-title").textContent = d.changes.length ? t("import.difference", { name: sent!.name, new: count("new"), changed: count("changed"), gone: count("gone"), same: d.same }) : t("import.nothing", { name: sent!.name });
    const notes = d.notes.map((n) => make("li", { dir: "auto" }, n.row ? `${t("import.row", { n: n.row })} ${n.text}` : n.text));
    one("#notes").replaceChildren(...(notes.length ? [make("details", { class: "notes", ...(notes.length <= 6 ? { open: "" } : {}) }, make("summary", {}, t("import.notes", { n: notes.length })), make("ul", {}, ...notes))] : []));
    const kinds = ["meeting", "intervention", "topic", "organisation", "person", "partner", "series", "study_period"], groups: HTMLElement[] = [];
    const meetings = new Set(d.changes.map((c) => c.kind === "intervention" ? c.meeting : undefined).filter(Boolean));
    for (const kind of kinds) {
      for (const m of kind === "intervention" ? meetings : [undefined]) {
        const changes = d.changes.filter((c) => c.kind === kind && (m === undefined || c.meeting === m));
        if (changes.length) groups.push(group(t(`kind.${kind}`) + (m && m !== slug ? ` · ${m}` : ""), changes));
      }
    }
    one("#changes").replaceChildren(...groups);
    count_();
    one("#difference-title").focus();
  };
  const ticks = () => [...difference.querySelectorAll<HTMLInputElement>("input[data-change]")];
  const count_ = () => {
    const n = ticks().filter((x) => x.checked).length;
    apply.textContent = n ? t("import.apply", { n }) : t("import.apply.none");
    apply.disabled = !n;
    for (const all of difference.querySelectorAll<HTMLInputElement>("input[data-all]")) {
      const own = [...all.closest("table")!.querySelectorAll<HTMLInputElement>("input[data-change]:not(:disabled)")], on = own.filter((x) => x.checked).length;
      all.checked = own.length > 0 && on === own.length;
      all.indeterminate = on > 0 && on < own.length;
      all.disabled = !own.length;
    }
  };
  const group = (title: string, changes: Change[]): HTMLElement => {
    const all = make("input", { type: "checkbox", "data-all": "", "aria-label": t("import.all", { what: title }) });
    all.addEventListener("change", () => {
      for (const x of all.closest("table")!.querySelectorAll<HTMLInputElement>("input[data-change]:not(:disabled)")) x.checked = all.checked;
      count_();
    });
    const body = make("tbody", {}, ...changes.map((c) => {
      const name = [c.speaker, first(c.title)].filter(Boolean).join(" – ") || c.id, tick = make("input", { type: "checkbox", "data-change": c.id, "aria-label": name });
      tick.checked = c.taken;
      tick.disabled = Boolean(c.blocked);
      tick.addEventListener("change", count_);
      const what = make("span", { class: `state ${{ new: "good", changed: "work", gone: "bad" }[c.what] ?? ""}` }, t(`what.${c.what}`));
      const names = make("div", { class: "change-name" }, ...(c.speaker ? [make("strong", { dir: "auto" }, c.speaker)] : []), ...(first(c.title) ? [make(c.speaker ? "span" : "strong", { dir: "auto" }, first(c.title))] : c.speaker ? [] : [c.id]));
      const more: Node[] = [];
      if (c.blocked) more.push(make("p", { class: "error-text" }, c.blocked));
      if (c.what === "gone") more.push(make("p", { class: "hint" }, t("import.gone")));
      const facts = c.fields.filter((f) => f.name !== "agenda");
      if (facts.length) more.push(fields(facts));
      if (c.agenda?.length) more.push(make("ul", { class: "agenda-changes" }, ...c.agenda.map((a) => make("li", {}, make("span", { class: `mark ${a.what}` }, t(`what.${a.what}`)), " ", make("span", { class: "time" }, a.number), " ", make("span", { dir: "auto" }, first(a.title)), ...(a.fields?.length ? [fields(a.fields)] : [])))));
      return make("tr", {}, make("td", { class: "tick" }, tick), make("td", { class: "what" }, what), make("td", {}, names, ...more));
    }));
    return make("table", { class: "changes" }, make("caption", {}, title), make("thead", {}, make("tr", {}, make("td", { class: "tick" }, all), make("th", { scope: "col" }, t("import.what")), make("th", { scope: "col" }, t("import.record")))), body);
  };
  const fields = (all: Field[]): HTMLElement => make("dl", { class: "fields-changed" }, ...all.map((f) => make("div", {},
    make("dt", {}, t(`field.${f.name}`) + (f.language ? ` (${f.language})` : "")),
    make("dd", {}, ...(f.before ? [make("del", { dir: "auto" }, f.before), make("span", { class: "arrow", "aria-hidden": "true" }, document.documentElement.dir === "rtl" ? " ← " : " → ")] : []), f.after ? make("ins", { dir: "auto" }, f.after) : make("em", {}, t("import.removed"))))));

  // --- taking
  apply.addEventListener("click", async () => {
    apply.disabled = true;
    try {
      const r = await call<Taken>("POST", `${path}/apply`, { ...sent, take: ticks().filter((x) => x.checked).map((x) => x.dataset["change"]), seen: seen?.seen });
      finished(r);
    } catch (e) {
      failed(e);
      count_();
      if ((e as { status?: number }).status === 409) await compare();
    }
  });
  const finished = (r: Taken) => {
    difference.hidden = true;
    done.hidden = false;
    source.hidden = false;
    one("#done-title").textContent = t("import.done", { n: r.taken, name: sent?.name ?? "" });
    one("#done-notes").replaceChildren(...r.notes.map((n) => make("p", { class: "note warn" }, n)));
    const undo = make("button", { type: "button", id: "undo-import" }, t("import.undo"));
    undo.addEventListener("click", async () => {
      undo.disabled = true;
      try {
        const { left } = await call<{ left: string[] }>("POST", `${path}/undo`, { import: r.import });
        one("#done-title").textContent = t("import.undone", { name: sent?.name ?? "" });
        one("#done-notes").replaceChildren(...left.map((n) => make("p", { class: "note warn" }, n)));
        undo.remove();
        toast(t("import.undone", { name: sent?.name ?? "" }));
      } catch (e) { undo.disabled = false; failed(e); }
    });
    const links = (r.meetings.length ? r.meetings : slug ? [slug] : []).slice(0, 5).map((m) => make("a", { class: "button primary", href: address(`/studio/meetings/${m}`) }, r.meetings.length > 1 ? t("import.open.one", { meeting: m }) : t("import.open")));
    one("#done-actions").replaceChildren(...links, undo);
    one("#done-title").focus();
  };
  one("#drop-file").addEventListener("click", () => {
    difference.hidden = true;
    source.hidden = false;
    file.value = "";
    file.focus();
  });

  // --- how it comes here
  const take = async (f: File | undefined) => { if (f) await read(f.name, new Uint8Array(await f.arrayBuffer())); };
  file.addEventListener("change", () => void take(file.files?.[0]));
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (e) => { e.preventDefault(); drop.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (e) => { e.preventDefault(); void take((e as DragEvent).dataTransfer?.files[0]); });
  one("#read-pasted").addEventListener("click", () => void read(t("import.pasted"), new TextEncoder().encode(one<HTMLTextAreaElement>("#pasted").value)));
  offerZones();
}

function base64(bytes: Uint8Array): string {
  let s = "";
  for (let i = 0; i < bytes.length; i += 0x8000) s += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(s);
}
