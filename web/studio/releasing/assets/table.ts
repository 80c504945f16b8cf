// The table of a meeting: rows are selected by clicks, with Shift, and by keys; what is done with them is chosen in the bar below. The
// table comes anew from the server after each action, and every few seconds while it is looked at.

import { localTimes } from "../../desk/assets/desk";
import { one } from "../../desk/assets/dom";
import { Keys } from "../../desk/assets/keys";
import { failed } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import { able, act, type Action } from "./actions";
import { subjectOf, type Subject } from "./subject";

const refreshTime = 15_000; // milliseconds

class Table {
  #anchor = "";
  #seen = "";
  readonly table = one<HTMLTableElement>("#release-table");
  readonly bar = one("#selection");

  constructor() {
    this.#wire();
    const all = one<HTMLInputElement>("[data-all]", this.table);
    all.addEventListener("change", () => this.#selectAll(all.checked));
    for (const b of this.bar.querySelectorAll<HTMLButtonElement>("[data-do]")) b.addEventListener("click", () => this.#do(b.dataset["do"]!));
    document.querySelector("[data-publish-ready]")?.addEventListener("click", () => void this.#run("publish", this.rows.map(subjectOf).filter((s) => s.can.has("publish") && !s.reds.length)));
    const command = (id: Action, key: string) => ({ id, label: t(`do.${id}`), keys: [key], run: () => this.#do(id) });
    new Keys("release", [
      { id: "all", label: t("key.all"), keys: ["*"], run: () => this.#selectAll(true) },
      { id: "none", label: t("key.none"), keys: ["Escape"], run: () => this.#selectAll(false) },
      { id: "open", label: t("key.open"), keys: ["o"], run: () => this.#current()?.querySelector<HTMLAnchorElement>("th a")?.click() },
      command("consent", "c"), command("review", "l"), command("approve", "a"), command("publish", "p"), command("schedule", "t"), command("restore", "b"), command("withdraw", "w"),
    ].filter((c) => !["consent", "review", "approve", "publish", "schedule", "restore", "withdraw"].includes(c.id) || this.bar.querySelector(`[data-do="${c.id}"]`)));
    this.#tell();
    this.#seen = this.#text();
    setInterval(() => { if (!document.hidden && !document.querySelector("dialog[open]") && !this.table.querySelector("details[open]")) void this.refresh().catch(() => { /* the next time */ }); }, refreshTime);
  }

  get rows(): HTMLTableRowElement[] { return [...this.table.tBodies[0]!.rows]; }
  get selected(): HTMLTableRowElement[] { return this.rows.filter((r) => box(r).checked); }

  #wire(): void {
    for (const row of this.rows) {
      for (const e of row.querySelectorAll<HTMLElement>("[data-script]")) e.hidden = false;
      const b = box(row);
      b.addEventListener("click", (e) => {
        if (e.shiftKey) this.#extend(row, b.checked);
        else this.#anchor = row.dataset["id"]!;
        this.#tell();
      });
      b.addEventListener("keydown", (e) => this.#move(e, row));
      row.addEventListener("click", (e) => {
        if (!(e.target instanceof Element) || e.target.closest("a, button, input, label, details, summary") || getSelection()?.toString()) return;
        if (e.shiftKey) this.#extend(row, true);
        else {
          b.checked = !b.checked;
          this.#anchor = row.dataset["id"]!;
        }
        b.focus();
        this.#tell();
      });
      row.addEventListener("mousedown", (e) => { if (e.shiftKey) e.preventDefault(); }); // which would select text
    }
  }

  #move(e: KeyboardEvent, row: HTMLTableRowElement): void {
    if (e.ctrlKey || e.altKey || e.metaKey) return;
    const rows = this.rows, n = rows.indexOf(row);
    const to = { ArrowDown: rows[n + 1], ArrowUp: rows[n - 1], Home: rows[0], End: rows.at(-1) }[e.key];
    if (e.key === "Enter") {
      e.preventDefault();
      row.querySelector<HTMLAnchorElement>("th a")?.click();
      return;
    }
    if (!to) return;
    e.preventDefault();
    if (e.shiftKey) {
      if (!box(row).checked) this.#anchor = row.dataset["id"]!;
      box(row).checked = true;
      this.#extend(to, true);
      this.#tell();
    }
    box(to).focus();
    to.scrollIntoView({ block: "nearest" });
  }

  // extend selects from the row chosen last to another.
  #extend(to: HTMLTableRowElement, on: boolean): void {
    const rows = this.rows, a = rows.findIndex((r) => r.dataset["id"] === this.#anchor), b = rows.indexOf(to);
    for (const r of rows.slice(Math.min(a < 0 ? b : a, b), Math.max(a, b) + 1)) box(r).checked = on;
  }

  #selectAll(on: boolean): void {
    for (const r of this.rows) box(r).checked = on;
    this.#tell();
  }

  #current(): HTMLElement | undefined { return document.activeElement?.closest<HTMLElement>("#release-table tbody tr") ?? this.selected[0]; }

  #tell(): void {
    const rows = this.selected, subjects = rows.map(subjectOf);
    for (const r of this.rows) r.setAttribute("aria-selected", String(box(r).checked));
    const all = one<HTMLInputElement>("[data-all]", this.table);
    all.checked = rows.length > 0 && rows.length === this.rows.length;
    all.indeterminate = rows.length > 0 && !all.checked;
    one(".selected", this.bar).textContent = rows.length === 0 ? t("selected.none") : rows.length === 1 ? t("selected.one") : t("selected.many", { n: rows.length });
    for (const b of this.bar.querySelectorAll<HTMLButtonElement>("[data-do]")) {
      const what = b.dataset["do"]!;
      const can = what === "none" ? rows.length > 0 : able(what as Action, subjects).length > 0;
      b.disabled = !can;
      b.hidden = !rows.length || !can && ["unschedule", "restore"].includes(what);
    }
  }

  #do(what: string): void {
    if (what === "none") return this.#selectAll(false);
    let subjects = this.selected.map(subjectOf);
    const current = this.#current();
    if (!subjects.length && current) subjects = [subjectOf(current)];
    void this.#run(what as Action, subjects);
  }

  async #run(action: Action, subjects: Subject[]): Promise<void> {
    try {
      if (await act(action, subjects)) await this.refresh();
    } catch (e) { failed(e); }
  }

  #text(): string { return this.table.tBodies[0]!.innerText; }

  // refresh takes the table as the server has it now; selection and focus stay.
  async refresh(): Promise<void> {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const body = page.querySelector("#release-table tbody"), counts = page.querySelector("[data-counts]"), ready = page.querySelector<HTMLButtonElement>("[data-publish-ready]");
    if (!body) return location.reload();
    localTimes(body);
    const selected = new Set(this.selected.map((r) => r.dataset["id"]));
    const focus = document.activeElement?.closest<HTMLElement>("#release-table tr")?.dataset["id"];
    this.table.tBodies[0]!.replaceWith(document.adoptNode(body));
    this.#wire();
    for (const r of this.rows) {
      box(r).checked = selected.has(r.dataset["id"]);
      if (focus && r.dataset["id"] === focus) box(r).focus({ preventScroll: true });
    }
    if (counts) one("[data-counts]").replaceChildren(...counts.childNodes);
    const button = document.querySelector<HTMLButtonElement>("[data-publish-ready]");
    if (button && ready) button.disabled = ready.disabled;
    this.#tell();
    const now = this.#text();
    if (now !== this.#seen) one(".selected", this.bar).append(aside(t("changed")));
    this.#seen = now;
  }
}

const box = (row: HTMLElement) => one<HTMLInputElement>(".pick input", row);

// aside is said by screen readers only.
function aside(words: string): HTMLElement {
  const e = document.createElement("span");
  e.className = "hidden";
  e.textContent = ` ${words}`;
  return e;
}

export function start(): void { new Table(); }
