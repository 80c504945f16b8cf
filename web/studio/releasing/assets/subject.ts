// What an action is about: the selected interventions, as the page carries them.

export interface Subject {
  id: string;
  title: string;
  can: Set<string>;
  revision: number;
  reds: string[];
  embargo: boolean;
}

export function subjectOf(e: HTMLElement): Subject {
  const d = e.dataset;
  let reds: string[] = [];
  try { reds = (JSON.parse(d["reds"] || "null") as string[] | null) ?? []; } catch { /* none then */ }
  return { id: d["id"] ?? "", title: d["title"] ?? "", can: new Set((d["can"] ?? "").split(" ").filter(Boolean)), revision: Number(d["revision"]), reds, embargo: "embargo" in d };
}
