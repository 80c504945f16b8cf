// What the pages of accounts do beyond forms: passwords can be looked at, secrets copied, and what can't be undone is asked first.

import { ask } from "../../desk/assets/ask";
import { toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";

const field = (id: string | undefined) => document.getElementById(id ?? "") as HTMLInputElement | null;

for (const b of document.querySelectorAll<HTMLButtonElement>("[data-show]")) {
  const input = field(b.dataset["show"]), show = b.textContent ?? "", hide = b.dataset["hide"] ?? "";
  if (!input) continue;
  b.hidden = false;
  b.setAttribute("aria-controls", input.id);
  b.addEventListener("click", () => {
    const seen = input.type === "text";
    input.type = seen ? "password" : "text";
    b.textContent = seen ? show : hide;
  });
  input.form?.addEventListener("submit", () => { input.type = "password"; }); // so that the browser offers to keep it, and no more
}

for (const input of document.querySelectorAll<HTMLInputElement>("[data-pick]")) {
  input.addEventListener("focus", () => input.select());
  input.scrollIntoView({ block: "center" });
}

for (const b of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
  const input = field(b.dataset["copy"]);
  if (!input) continue;
  b.hidden = false;
  b.focus({ preventScroll: true });
  b.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value); // over http only on this machine
      toast(t("copied"));
    } catch {
      input.focus();
      input.select();
      toast(t("copy.manual"));
    }
  });
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-ask]")) {
  form.addEventListener("submit", async (e) => {
    if (form.dataset["sure"]) return;
    e.preventDefault();
    const { ask: question = "", yes = "", detail = "" } = form.dataset;
    if (!await ask(question, yes, { danger: "danger" in form.dataset, detail })) return;
    form.dataset["sure"] = "1";
    form.requestSubmit();
  });
}
