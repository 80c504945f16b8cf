// The keys of the editor, and the buttons that do the same.

import { one } from "../../desk/assets/dom";
import { Keys, type Command } from "../../desk/assets/keys";
import { t } from "../../desk/assets/words";
import { Unreadable, type Clock } from "./clock";
import type { Cuts } from "./cuts";
import type { Player } from "./player";
import type { Speakers } from "./speakers";
import type { Timeline } from "./timeline";

const around = 3; // seconds on either side of an edge that are looped

export function commands(player: Player, cuts: Cuts, timeline: Timeline, speakers: Speakers, clock: Clock): Keys {
  const second = clock.rate.num / clock.rate.den;
  const edge = (by: 1 | -1) => {
    const e = cuts.nextEdge(by, player.frame);
    if (!e) return;
    cuts.select(e.row.id, e.edge);
    player.seek(e.at);
  };
  const cut = (by: 1 | -1) => {
    const row = cuts.next(by, player.frame);
    if (row) player.seek(row.span.in);
  };
  const pressed = (id: string, on: boolean) => one(id).setAttribute("aria-pressed", String(on));
  const loop = () => {
    const row = cuts.selected;
    player.loop = undefined;
    if (row && one("#loop").getAttribute("aria-pressed") !== "true") {
      const at = row.span[cuts.edge];
      player.loop = { in: Math.max(0, Math.round(at - around * second)), out: Math.min(clock.frames, Math.round(at + around * second)) };
      player.seek(player.loop.in);
      player.play();
    } else if (!row) cuts.say(t("remove.nothing"), true);
    pressed("#loop", player.loop !== undefined);
  };
  // The loop follows the edge that is selected.
  cuts.addEventListener("select", () => {
    if (!player.loop) return;
    const row = cuts.selected;
    if (!row) {
      player.loop = undefined;
      return pressed("#loop", false);
    }
    const at = row.span[cuts.edge];
    player.loop = { in: Math.max(0, Math.round(at - around * second)), out: Math.min(clock.frames, Math.round(at + around * second)) };
  });
  const step = (frames: number) => () => player.step(Math.round(frames));
  const skip = (frames: number) => () => player.seek(player.frame + Math.round(frames));
  const table: [id: string, keys: string[], run: () => void][] = [
    ["in", ["i"], () => cuts.setIn(player.frame)],
    ["out", ["o"], () => cuts.setOut(player.frame)],
    ["play", [" "], () => player.toggle()],
    ["back", ["j"], () => player.shuttle(-1)],
    ["stop", ["k"], () => player.stop()],
    ["forward", ["l"], () => player.shuttle(1)],
    ["frame-back", [","], step(-1)],
    ["frame-on", ["."], step(1)],
    ["second-back", ["ArrowLeft"], skip(-second)],
    ["second-on", ["ArrowRight"], skip(second)],
    ["ten-back", ["Shift+ArrowLeft"], skip(-10 * second)],
    ["ten-on", ["Shift+ArrowRight"], skip(10 * second)],
    ["start", ["Home"], () => player.seek(0)],
    ["end", ["End"], () => player.seek(clock.frames)],
    ["edge-back", ["["], () => edge(-1)],
    ["edge-on", ["]"], () => edge(1)],
    ["cut-back", ["{", "PageUp"], () => cut(-1)],
    ["cut-on", ["}", "PageDown"], () => cut(1)],
    ["split", ["/"], () => cuts.split(player.frame)],
    ["remove", ["x", "Delete"], () => cuts.remove()],
    ["free", ["Escape"], () => cuts.select("")],
    ["loop", ["q"], loop],
    ["snap", ["n"], () => pressed("#snap", timeline.snap = !timeline.snap)],
    ["zoom-in", ["+", "="], () => timeline.zoom(2)],
    ["zoom-out", ["-"], () => timeline.zoom(0.5)],
    ["zoom-all", ["0"], () => timeline.scale.fit()],
    ["go", ["g"], () => go()],
    ["list", ["s"], () => speakers.focus()],
    ["assign", ["Enter"], () => speakers.assign()],
  ];
  const all: Command[] = table.map(([id, keys, run]) => ({ id, label: t(`do.${id}`), keys, run }));
  for (const b of document.querySelectorAll<HTMLElement>("[data-command]")) {
    const command = all.find((c) => c.id === b.dataset["command"]);
    b.addEventListener("click", (e) => command?.run(e as unknown as KeyboardEvent));
  }
  const go = goTo(player, clock), keys = new Keys("cutting", all);
  one("#show-keys").addEventListener("click", () => keys.show());
  return keys;
}

// goTo is the dialog in which a moment is typed.
function goTo(player: Player, clock: Clock): () => void {
  const dialog = one<HTMLDialogElement>("#go-dialog"), field = one<HTMLInputElement>("#go-to"), trouble = one("#go-trouble");
  one("#go-form").addEventListener("submit", (e) => {
    e.preventDefault();
    try {
      player.seek(clock.parse(field.value, player.frame));
      field.blur(); // or the next key may still go there
      dialog.close();
    } catch (x) {
      if (!(x instanceof Unreadable)) throw x;
      trouble.textContent = x.message;
      field.setAttribute("aria-invalid", "true");
    }
  });
  return () => {
    field.value = clock.write(player.frame);
    field.removeAttribute("aria-invalid");
    trouble.textContent = "";
    dialog.showModal();
    field.select();
  };
}
