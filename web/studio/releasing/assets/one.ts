// The page of one intervention: the preview, its texts, which are kept by themselves, and what is decided about it.

import { ask } from "../../desk/assets/ask";
import { call } from "../../desk/assets/api";
import { one } from "../../desk/assets/dom";
import { Keys } from "../../desk/assets/keys";
import { previewOn } from "../../desk/assets/preview";
import { failed, toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import { able, act, type Action } from "./actions";
import { subjectOf } from "./subject";
import { Texts } from "./texts";

const second = (clock: string) => clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

export function start(): void {
  const head = one("#intervention"), subject = subjectOf(head);
  const preview = previewOn(() => toast(t("player.failed"), { error: true }));
  const texts = new Texts(subject.id);
  const run = async (work: () => Promise<boolean>) => {
    try {
      await texts.saver.flush(); // what was typed goes first: the page comes anew
      if (await work()) location.reload();
    } catch (e) { failed(e); }
  };
  for (const b of document.querySelectorAll<HTMLButtonElement>("[data-do]")) {
    const action = b.dataset["do"] as Action;
    if (!able(action, [subject]).length) {
      b.hidden = true;
      continue;
    }
    b.addEventListener("click", () => void run(() => act(action, [subject], b.dataset["how"] ?? "")));
  }
  for (const b of document.querySelectorAll<HTMLButtonElement>("[data-resolve]")) {
    b.addEventListener("click", () => void run(async () => {
      await call("POST", `/api/v1/comments/${b.closest<HTMLElement>("[data-comment]")!.dataset["comment"]}/resolve`, { resolved: b.dataset["resolve"] === "true" });
      return true;
    }));
  }
  for (const b of document.querySelectorAll<HTMLButtonElement>("[data-revoke]")) {
    b.addEventListener("click", () => void run(async () => {
      if (!await ask(t("revoke", { who: b.dataset["for"] ?? "" }), t("revoke.yes"), { danger: true })) return false;
      await call("DELETE", `/api/v1/review-links/${b.dataset["revoke"]}`);
      return true;
    }));
  }
  for (const b of document.querySelectorAll<HTMLButtonElement>("[data-seek]")) b.addEventListener("click", () => preview?.seek(second(b.dataset["seek"]!)));
  const command = (id: Action, key: string) => ({ id, label: t(`do.${id}`), keys: [key], run: () => document.querySelector<HTMLButtonElement>(`.narrow-side [data-do="${id}"]:not([hidden])`)?.click() });
  new Keys("release", [command("consent", "c"), command("review", "l"), command("approve", "a"), command("publish", "p"), command("schedule", "t"), command("restore", "b"), command("withdraw", "w")]
    .filter((c) => document.querySelector(`[data-do="${c.id}"]`)));
  head.dataset["works"] = ""; // keys and buttons
}
