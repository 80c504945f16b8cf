// The facts of a meeting, which are stored by themselves, and its agenda, in one language at a time.

import { call } from "../../desk/assets/api";
import { data, make, one } from "../../desk/assets/dom";
import { Saver } from "../../desk/assets/save";
import { toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import type { LanguageName } from "./columns";
import { offerZones, tellCountry } from "./zones";

type Texts = Record<string, string>;
interface Item { number: string; title: Texts }
interface Meeting { slug: string; title: Texts; intro: Texts; agenda: Item[]; [fact: string]: unknown }
type Said = Record<string, unknown>;

const facts_ = ["series", "kind", "place", "country", "starts", "ends", "time_zone"] as const;

export function facts(): void {
  const { meeting, languages, may } = data<{ meeting: Meeting; languages: LanguageName[]; may: boolean }>("facts-data");
  const saved = one("#saved"), title = one<HTMLInputElement>("#title"), intro = one<HTMLTextAreaElement>("#intro"), list = one("#agenda");
  let language = document.querySelector<HTMLElement>("#languages [aria-selected=true]")?.dataset["language"] ?? "en";
  const saver = new Saver<Said>((said) => call("PATCH", `/api/v1/meetings/${meeting.slug}`, said), (state, words) => {
    saved.dataset["state"] = state;
    saved.textContent = words;
  }, `rostrum:facts:${meeting.slug}`);
  const left = saver.left;
  const put = (said: Said) => {
    const before = saver.left ?? {}, next: Said = { ...before, ...said };
    for (const name of ["title", "intro"]) if (before[name] && said[name]) next[name] = { ...before[name] as Texts, ...said[name] as Texts };
    saver.change(next);
  };
  const field = (name: string) => one<HTMLInputElement>(`#${name}`);

  const show = () => {
    const dir = languages.find((l) => l.code === language)?.dir ?? "auto";
    for (const e of [title, intro]) { e.lang = language; e.dir = title.value || intro.value ? "auto" : dir; }
    title.value = meeting.title[language] ?? "";
    intro.value = meeting.intro[language] ?? "";
    for (const e of [title, intro]) e.dir = e.value ? "auto" : dir;
    items();
  };

  // --- the agenda
  const changed = () => put({ agenda: meeting.agenda.filter((a) => a.number || Object.values(a.title).some(Boolean)) });
  const items = (focus?: { row: number; part: string }) => {
    list.replaceChildren(...meeting.agenda.map((a, i) => {
      const name = a.number || String(i + 1);
      const number = make("input", { class: "number-field", "aria-label": t("item.number", { n: i + 1 }), maxlength: "40", value: a.number });
      const words = make("input", { "aria-label": t("item.title", { n: name }), maxlength: "300", dir: "auto", lang: language, value: a.title[language] ?? "", placeholder: a.title["en"] ?? Object.values(a.title)[0] ?? "" });
      number.readOnly = words.readOnly = !may;
      number.addEventListener("change", () => {
        const value = number.value.trim(), twice = meeting.agenda.some((x) => x !== a && x.number === value);
        number.setAttribute("aria-invalid", String(twice || !value));
        number.setCustomValidity(twice ? t("item.twice", { n: value }) : value ? "" : t("item.none"));
        if (!number.reportValidity()) return;
        a.number = value;
        changed();
      });
      words.addEventListener("input", () => { a.title = { ...a.title, [language]: words.value }; changed(); });
      const move = (by: number) => {
        const to = i + by;
        if (to < 0 || to >= meeting.agenda.length) return;
        meeting.agenda.splice(to, 0, ...meeting.agenda.splice(i, 1));
        changed();
        items({ row: to, part: "words" });
      };
      for (const e of [number, words]) e.addEventListener("keydown", (k) => {
        if (k.altKey && (k.key === "ArrowUp" || k.key === "ArrowDown") && may) { k.preventDefault(); move(k.key === "ArrowUp" ? -1 : 1); }
        if (k.key === "Enter" && may) { k.preventDefault(); add(i + 1); }
      });
      const line = make("li", {}, number, words);
      if (may) {
        const button = (label: string, sign: string, run: () => void) => {
          const b = make("button", { type: "button", class: "quiet icon", "aria-label": label, title: label }, sign);
          b.addEventListener("click", run);
          line.append(b);
        };
        button(t("item.up", { n: name }), "↑", () => move(-1));
        button(t("item.down", { n: name }), "↓", () => move(1));
        button(t("item.remove", { n: name }), "×", () => {
          meeting.agenda.splice(i, 1);
          changed();
          items();
          toast(t("item.removed", { n: name }), { action: { label: t("undo"), run: () => { meeting.agenda.splice(i, 0, a); changed(); items(); } } });
        });
      }
      if (focus?.row === i) queueMicrotask(() => words.focus());
      return line;
    }));
    one("#agenda-none").hidden = meeting.agenda.length > 0;
  };
  const add = (at: number) => {
    const numbers = meeting.agenda.map((a) => parseInt(a.number, 10)).filter((n) => !Number.isNaN(n));
    meeting.agenda.splice(at, 0, { number: String(Math.max(0, ...numbers) + 1), title: {} });
    items({ row: at, part: "words" });
  };
  document.querySelector("#add-item")?.addEventListener("click", () => add(meeting.agenda.length));

  // --- languages, as tabs
  const tabs = [...document.querySelectorAll<HTMLElement>("#languages [role=tab]")];
  const marks = () => tabs.forEach((b) => b.classList.toggle("filled", Boolean(meeting.title[b.dataset["language"]!])));
  const choose = (b: HTMLElement, focus = true) => {
    language = b.dataset["language"]!;
    for (const x of tabs) { x.setAttribute("aria-selected", String(x === b)); x.tabIndex = x === b ? 0 : -1; }
    one("#words-panel").setAttribute("aria-labelledby", b.id);
    if (focus) b.focus();
    show();
  };
  tabs.forEach((b, i) => {
    b.addEventListener("click", () => choose(b));
    b.addEventListener("keydown", (e) => {
      const rtl = document.documentElement.dir === "rtl" ? -1 : 1, n = tabs.length;
      const to = ({ ArrowRight: i + rtl, ArrowLeft: i - rtl, Home: 0, End: n - 1 } as Record<string, number>)[e.key];
      if (to === undefined) return;
      e.preventDefault();
      choose(tabs[(to + n) % n]!);
    });
  });
  title.addEventListener("input", () => { meeting.title[language] = title.value; put({ title: { [language]: title.value } }); marks(); });
  intro.addEventListener("input", () => { meeting.intro[language] = intro.value; put({ intro: { [language]: intro.value } }); });

  // --- the others
  for (const name of facts_) {
    field(name).addEventListener("change", () => {
      if (!field(name).reportValidity()) return;
      put({ [name]: field(name).value.trim() });
    });
  }
  one("#facts-form").addEventListener("submit", (e) => e.preventDefault());
  if (left && may) { // what an earlier window could not send
    for (const name of ["title", "intro"] as const) Object.assign(meeting[name], left[name]);
    if (left["agenda"]) meeting.agenda = left["agenda"] as Item[];
    for (const name of facts_) if (typeof left[name] === "string") field(name).value = left[name];
    saver.change(left);
  }
  offerZones();
  tellCountry();
  marks();
  show();
}
