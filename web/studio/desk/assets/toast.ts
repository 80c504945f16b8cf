// Short messages at the edge of the window. A message with an action stays longer; errors stay until they are closed.

import { make, one } from "./dom";
import { t } from "./words";

export interface Action { label: string; run: () => void }

export function toast(message: string, { error = false, action }: { error?: boolean; action?: Action } = {}): void {
  const box = make("div", { class: error ? "toast error" : "toast", ...(error ? { role: "alert" } : {}) }, make("p", { dir: "auto" }, message));
  const close = () => box.remove();
  if (action) {
    const b = make("button", { type: "button", class: "quiet" }, action.label);
    b.addEventListener("click", () => { close(); action.run(); });
    box.append(b);
  }
  const x = make("button", { type: "button", class: "quiet icon", "aria-label": t("close") }, "×");
  x.addEventListener("click", close);
  box.append(x);
  one(".toasts").append(box);
  if (!error) setTimeout(close, action ? 12_000 : 5_000); // milliseconds
}

// failed tells an error as the server said it.
export function failed(e: unknown): void {
  toast(t("failed", { why: e instanceof Error ? e.message : String(e) }), { error: true });
}
