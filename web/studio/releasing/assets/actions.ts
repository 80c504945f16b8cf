// What can be done with one or several interventions. Each action asks first, in a form that says what will happen.

import { address, call, Refusal } from "../../desk/assets/api";
import { data, make } from "../../desk/assets/dom";
import { toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import { choices, field, openForm } from "./form";
import type { Subject } from "./subject";

interface Outcome { id: string; title: string; done: boolean; message?: string }
interface Link { title: string; for: string; address: string; expires: string }

const booths = data<{ channel: string; name: string }[] | null>("booths") ?? [];
const zone = data<string | null>("zone") ?? "UTC";

export type Action = "consent" | "review" | "approve" | "publish" | "schedule" | "unschedule" | "restore" | "withdraw";

// able says which of some interventions an action can be done with.
export function able(action: Action, of: Subject[]): Subject[] {
  return action === "consent" ? of : of.filter((s) => s.can.has(action));
}

const named = (of: Subject[]) => of.length === 1 ? t("for.one", { title: of[0]!.title }) : t("for.many", { n: of.length });

// act does an action and resolves to whether anything may have changed.
export async function act(action: Action, of: Subject[], how = ""): Promise<boolean> {
  const some = able(action, of);
  if (!some.length) {
    toast(t("cannot"));
    return false;
  }
  switch (action) {
    case "consent": return consent(some, how);
    case "review": return review(some);
    case "publish": return publish(some, of.length - some.length);
    case "schedule": return schedule(some);
    case "withdraw": {
      const reason = make("textarea", { name: "reason", rows: "3", maxlength: "1000", dir: "auto", required: "" });
      return release(some, "withdraw", { title: t("withdraw.title", { what: named(some) }), text: t("withdraw.text"), yes: t("withdraw.yes"), danger: true, content: [field(t("withdraw.reason"), reason)] },
        () => ({ reason: reason.value }));
    }
    case "restore": return release(some, "restore", { title: t("restore.title", { what: named(some) }), text: t("restore.text"), yes: t("restore.yes") });
    case "approve": return release(some, "approve", { title: t("approve.title", { what: named(some) }), text: t("approve.text"), yes: t("approve.yes") },
      () => ({ revisions: Object.fromEntries(some.map((s) => [s.id, s.revision])) }));
    case "unschedule": return release(some, "unschedule", { title: t("unschedule.title", { what: named(some) }), yes: t("unschedule.yes") });
  }
}

interface Asked { title: string; text?: string; yes: string; danger?: boolean; content?: (Node | string)[] }

// release asks, sends, and tells what was not done and why.
async function release(some: Subject[], action: string, asked: Asked, more: () => object = () => ({})): Promise<boolean> {
  let results: Outcome[] = [];
  const sent = await openForm({ ...asked, send: async () => {
    ({ results } = await call<{ results: Outcome[] }>("POST", "/api/v1/releases", { ids: some.map((s) => s.id), action, ...more() }));
    const only = results.length === 1 ? results[0] : undefined;
    if (only && !only.done) throw new Error(only.message);
  } });
  if (sent) await tell(results);
  return sent;
}

async function tell(results: Outcome[]): Promise<void> {
  const not = results.filter((r) => !r.done), done = results.length - not.length;
  if (done) toast(done === 1 ? t("done.one", { title: results.find((r) => r.done)!.title }) : t("done.many", { n: done }));
  if (!not.length) return;
  await openForm({ title: t("results.title"), text: done ? t("results.done", { n: done }) : "", yes: t("close"), wide: true, told: true,
    content: [make("ul", { class: "results", tabindex: "0" }, ...not.map((r) => make("li", {}, make("b", { dir: "auto" }, r.title), make("p", { dir: "auto" }, r.message ?? ""))))] });
}

async function publish(some: Subject[], others: number): Promise<boolean> {
  const reds = some.flatMap((s) => s.reds), content: Node[] = [];
  const reason = make("textarea", { name: "reason", rows: "3", maxlength: "1000", dir: "auto" });
  if (others) content.push(make("p", { class: "soft" }, t("publish.others", { n: others })));
  if (reds.length) {
    content.push(make("div", { class: "note bad" }, make("p", {}, t("publish.red")), make("ul", { dir: "auto" }, ...reds.slice(0, 8).map((r) => make("li", {}, r)))), field(t("publish.reason"), reason));
  }
  return release(some, "publish", { title: t("publish.title", { what: named(some) }), text: t("publish.text"), yes: t("publish.yes"), content }, () => ({ reason: reason.value }));
}

async function schedule(some: Subject[]): Promise<boolean> {
  const at = make("input", { type: "datetime-local", name: "at", required: "" }), when = field(t("schedule.at", { zone }), at);
  const content: Node[] = [];
  let ends: HTMLElement | undefined;
  if (some.some((s) => s.embargo)) {
    ends = choices(t("schedule.title", { what: named(some) }), "when", [{ value: "embargo", label: t("schedule.embargo") }, { value: "time", label: t("schedule.time") }], "embargo");
    ends.querySelector("legend")!.className = "hidden";
    const show = () => { when.hidden = chosen(ends!, "when") === "embargo"; };
    ends.addEventListener("change", show);
    show();
    content.push(ends);
  }
  content.push(when);
  return release(some, "schedule", { title: t("schedule.title", { what: named(some) }), yes: t("schedule.yes"), content },
    () => ({ at: ends && chosen(ends, "when") === "embargo" ? "embargo" : at.value }));
}

const chosen = (within: ParentNode, name: string) => within.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? "";

async function consent(some: Subject[], how: string): Promise<boolean> {
  const until = make("input", { type: "datetime-local", name: "until" }), end = field(t("consent.until", { zone }), until);
  const words = make("input", { name: "how", maxlength: "500", list: "how-given", dir: "auto", value: how });
  const list = make("datalist", { id: "how-given" }, ...["form", "mail", "desk"].map((k) => make("option", { value: t(`consent.how.${k}`) })));
  const file = make("input", { type: "file", name: "document", accept: ".pdf,.png,.jpg,.jpeg,.gif,.tif,.tiff,.webp,.heic,.eml,.msg,.txt,.docx" });
  const kinds = choices(t("consent.kind"), "kind", ["public", "partners", "embargo", "pending", "refused"].map((k) => ({ value: k, label: t(`kind.${k}`), hint: t(`kind.${k}.hint`) })), how ? "public" : "");
  const of = make("fieldset", { class: "choices" }, make("legend", {}, t("consent.of")));
  const who = (value: string, label: string, checked: boolean) => {
    const box = make("input", { type: "checkbox", name: "of", value });
    box.defaultChecked = checked;
    of.append(make("label", { class: "choice" }, box, make("span", {}, label)));
  };
  who("", t("consent.speaker"), true);
  for (const b of booths) who(b.channel, t("consent.booth", { language: b.name }), false);
  const show = () => { end.hidden = chosen(kinds, "kind") !== "embargo"; };
  kinds.addEventListener("change", show);
  show();
  return openForm({ title: `${t("consent.title")}: ${named(some)}`, yes: t("consent.save"), wide: true,
    content: [...(booths.length ? [of] : []), kinds, end, field(t("consent.how"), words, t("optional")), list, field(t("consent.document"), file, t("optional"))],
    send: async () => {
      const asked = [...of.querySelectorAll<HTMLInputElement>("input:checked")].map((x) => x.value);
      const speaker = !booths.length || asked.includes(""), channels = asked.filter(Boolean);
      const form = () => {
        const f = new FormData();
        for (const s of some) f.append("ids", s.id);
        f.append("kind", chosen(kinds, "kind"));
        f.append("until", until.value);
        f.append("how", words.value);
        if (file.files?.[0]) f.append("document", file.files[0]);
        return f;
      };
      if (speaker || !channels.length) await sendForm("/api/v1/consents", form());
      if (channels.length) {
        const f = form();
        for (const c of channels) f.append("channels", c);
        await sendForm("/api/v1/consents", f);
      }
      toast(some.length === 1 ? t("done.one", { title: some[0]!.title }) : t("done.many", { n: some.length }));
    } });
}

// sendForm sends a form with its files.
async function sendForm(path: string, body: FormData): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(address(path), { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
  } catch {
    throw new Refusal(0, "offline", t("offline"));
  }
  if (answer.ok) return;
  let why = answer.statusText;
  try { why = ((await answer.json()) as { detail?: string }).detail ?? why; } catch { /* the status must do */ }
  throw new Refusal(answer.status, "", why);
}

async function review(some: Subject[]): Promise<boolean> {
  const who = make("input", { name: "for", maxlength: "200", dir: "auto", autocomplete: "off" });
  const days = make("input", { type: "number", name: "days", min: "1", max: "90", value: "14" });
  let links: Link[] = [], failed: Outcome[] = [];
  const sent = await openForm({ title: `${t("review.title")}: ${named(some)}`, text: t("review.text"), yes: t("review.make"),
    content: [...(some.length === 1 ? [field(t("review.for"), who)] : []), field(t("review.days"), days)],
    send: async () => {
      const answer = await call<{ links: Link[]; failed: Outcome[] | null }>("POST", "/api/v1/review-links", { ids: some.map((s) => s.id), for: who.value, days: Number(days.value) });
      links = answer.links;
      failed = answer.failed ?? [];
    } });
  if (!sent) return false;
  await openForm({ title: t("review.title"), text: t("review.made"), yes: t("close"), wide: true, told: true,
    content: [...links.map((l) => {
      const box = make("input", { readonly: "", value: l.address, dir: "ltr" });
      box.addEventListener("focus", () => box.select());
      const copy = make("button", { type: "button" }, t("copy"));
      copy.addEventListener("click", async () => {
        box.select();
        try {
          await navigator.clipboard.writeText(l.address);
          copy.textContent = t("copied");
        } catch { /* it is selected: the keys do it */ }
      });
      const f = field(`${t("review.link", { who: l.for })}${links.length > 1 ? ` – ${l.title}` : ""}`, box);
      f.append(make("div", { class: "with-button" }, box, copy));
      return f;
    }), ...failed.map((r) => make("p", { class: "note warn" }, r.message ?? r.title))] });
  return true;
}
