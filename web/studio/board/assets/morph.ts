// Bringing a part of the page to how the server draws it now. What is the same stays the same element, so that focus, selection, scrolling
// and what somebody has opened stay too. Elements with data-key are found again wherever they went within their parent.

const keyOf = (n: Node) => n instanceof Element ? n.getAttribute("data-key") : null;

// alike says whether one node can become the other.
function alike(a: Node, b: Node): boolean {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);
}

export function morph(from: Element, to: Element): void {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !kept(from, name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (!kept(from, name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  const keyed = new Map<string, Element>();
  for (const c of from.children) {
    const key = keyOf(c);
    if (key) keyed.set(key, c);
  }
  let at: ChildNode | null = from.firstChild;
  for (const want of [...to.childNodes]) {
    const key = keyOf(want);
    let has: Node | undefined = key ? keyed.get(key) : undefined;
    if (has && !alike(has, want)) has = undefined;
    if (!has && !key) { // by place: the next that is not spoken for
      let next = at;
      while (next && keyOf(next)) next = next.nextSibling;
      if (next && alike(next, want)) has = next;
    }
    if (!has) {
      from.insertBefore(document.importNode(want, true), at);
      continue;
    }
    if (has === at) at = at!.nextSibling;
    else {
      // Moving an element takes its focus away; the others are moved past it instead.
      if (has.contains(document.activeElement)) {
        while (at && at !== has) {
          const gone: ChildNode = at;
          at = at.nextSibling;
          from.insertBefore(gone, has.nextSibling);
        }
        at = has.nextSibling as ChildNode | null;
      } else from.insertBefore(has, at);
    }
    if (has instanceof Element) morph(has, want as Element);
    else if (has.nodeValue !== want.nodeValue) has.nodeValue = want.nodeValue;
  }
  while (at) {
    const gone: ChildNode = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// kept says which attributes belong to the person who looks: what is opened.
const kept = (e: Element, name: string) => name === "open" && e instanceof HTMLDetailsElement || name === "tabindex" && e === document.activeElement;
