// The list of changes: who changed the cuts, when, and what; and the way back to any of them.

import { call } from "../../desk/assets/api";
import { make, one } from "../../desk/assets/dom";
import { failed, toast } from "../../desk/assets/toast";
import { t } from "../../desk/assets/words";
import type { Cuts } from "./cuts";
import { when, type Keeping } from "./keeping";
import type { Draft, Version } from "./recording";

export function versions(recording: string, keeping: Keeping, cuts: Cuts): void {
  const dialog = one<HTMLDialogElement>("#versions"), list = one("#versions-list"), path = `/api/v1/recordings/${recording}/drafts`;
  one("#history").addEventListener("click", async () => {
    await keeping.settled();
    let all: Version[];
    try { all = await call<Version[] | null>("GET", path) ?? []; } catch (e) { return failed(e); }
    list.replaceChildren(...all.map((v) => {
      const now = v.number === keeping.number, back = make("button", { type: "button", ...(now || cuts.readOnly ? { disabled: "" } : {}), "aria-describedby": `version-${v.number}` }, now ? t("versions.now") : t("versions.back"));
      back.addEventListener("click", async () => {
        try {
          const d = await call<Draft>("GET", `${path}/${v.number}`);
          cuts.replace(d.rows ?? [], t("did.back", { n: v.number }));
          dialog.close();
          toast(t("did.back", { n: v.number }), { action: { label: t("undo"), run: () => keeping.undo.undo() } });
        } catch (e) { failed(e); }
      });
      return make("li", {}, make("span", { class: "n" }, String(v.number)), make("span", { class: "what", dir: "auto", id: `version-${v.number}` }, v.what || "–", make("small", { class: "soft" }, `${v.who} · ${when(v.at)} · ${t("cuts.count", { n: v.cuts })}`)), back);
    }), ...(all.length ? [] : [make("li", { class: "soft" }, t("versions.none"))]));
    dialog.showModal();
  });
  one("#versions-close").addEventListener("click", () => dialog.close());
}
