// make builds an element: attributes as they stand in HTML, then what is inside.
export function make<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Record<string, string> = {}, ...inside: (Node | string)[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  e.append(...inside);
  return e;
}

// one finds an element that must be there.
export function one<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T {
  const e = within.querySelector<T>(selector);
  if (!e) throw new Error(`the page has no ${selector}`);
  return e;
}

// data reads the JSON that the page carries for its script, by the id of its script element.
export function data<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null") as T;
}
