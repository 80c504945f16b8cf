// The lines between the parts of the page can be moved, by pointer and by keys, and stay where they were put.

// split moves a custom property of the root of the editor; sizes are in per cent of that root.
export function split(handle: HTMLElement, root: HTMLElement, property: string, along: "inline" | "block", least: number, most: number): void {
  const key = `rostrum:split:${property}`;
  const put = (share: number, keep = true) => {
    const n = Math.round(Math.max(least, Math.min(most, share)) * 10) / 10;
    root.style.setProperty(property, `${n}%`);
    handle.setAttribute("aria-valuenow", String(Math.round(n)));
    if (keep) try { localStorage.setItem(key, String(n)); } catch { /* no memory here */ }
  };
  const now = () => Number(handle.getAttribute("aria-valuenow"));
  handle.setAttribute("aria-valuemin", String(least));
  handle.setAttribute("aria-valuemax", String(most));
  let kept = 0;
  try { kept = Number(localStorage.getItem(key)); } catch { /* no memory here */ }
  if (kept) put(kept, false);
  handle.addEventListener("pointerdown", (e) => {
    e.preventDefault();
    handle.setPointerCapture(e.pointerId);
    const stop = new AbortController(), box = root.getBoundingClientRect(), mirrored = getComputedStyle(root).direction === "rtl";
    handle.addEventListener("pointermove", (m) => {
      const x = (m.clientX - box.left) / box.width;
      put(100 * (along === "block" ? (box.bottom - m.clientY) / box.height : mirrored ? 1 - x : x));
    }, { signal: stop.signal });
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => stop.abort(), { signal: stop.signal });
  });
  handle.addEventListener("keydown", (e) => {
    const by = ({ ArrowLeft: -2, ArrowUp: along === "block" ? 2 : -2, ArrowRight: 2, ArrowDown: along === "block" ? -2 : 2 } as Record<string, number>)[e.key];
    if (!by || e.ctrlKey || e.altKey || e.metaKey) return;
    e.preventDefault();
    put(now() + by);
  });
}
