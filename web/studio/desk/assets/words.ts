// The words of the page's language that scripts need: the entries js.* of the area and of the desk.

const words: Record<string, string> = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

// t gives an entry with its places filled: t("unsaved", { why }). An entry that is missing gives its key.
export function t(key: string, places: Record<string, string | number> = {}): string {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name: string) => String(places[name] ?? all));
}

export const language = document.documentElement.lang;
