// Files as people give them: chosen, or dropped, folders too.

import type { Handle } from "./handles";

export interface Chosen { file: File; handle?: Handle | undefined }

// What lies in the folders of cameras and recorders, and is neither a recording nor belongs to one.
const clutter = /^(\.|thumbs\.db$|desktop\.ini$|~\$)|\.(jpe?g|png|gif|heic|tiff?|bmp|pdf|docx?|xlsx?|pptx?|odt|html?|zip|bim|ppn|smi|log|thm|db|ini|lnk|exe|md|rsv|cpi|mpl|bdm)$/i;

export const isClutter = (name: string) => clutter.test(name);

interface Folder { values(): AsyncIterable<Handle | (Folder & { kind: "directory"; name: string })> }

async function inHandle(h: Handle | (Folder & { kind: "directory"; name: string }), within: boolean): Promise<Chosen[]> {
  if (h.kind === "file") return within && isClutter(h.name) ? [] : [{ file: await (h as Handle).getFile(), handle: h as Handle }];
  const all: Chosen[] = [];
  for await (const x of (h as Folder).values()) all.push(...await inHandle(x, true));
  return all.sort((a, b) => a.file.name.localeCompare(b.file.name, undefined, { numeric: true }));
}

async function inEntry(e: FileSystemEntry, within: boolean): Promise<Chosen[]> {
  if (e.isFile) {
    if (within && isClutter(e.name)) return [];
    return [{ file: await new Promise<File>((resolve, reject) => (e as FileSystemFileEntry).file(resolve, reject)) }];
  }
  const reader = (e as FileSystemDirectoryEntry).createReader(), all: Chosen[] = [];
  for (;;) { // a reader gives a hundred at a time
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all;
    for (const x of some) all.push(...await inEntry(x, true));
  }
}

// dropped gives the files of a drop. It must be called in the event itself, since they cannot be reached after it.
export async function dropped(transfer: DataTransfer): Promise<Chosen[]> {
  const items = [...transfer.items].filter((i) => i.kind === "file").map((i) => ({
    handle: (i as { getAsFileSystemHandle?(): Promise<Handle | null> }).getAsFileSystemHandle?.().catch(() => null),
    entry: i.webkitGetAsEntry?.() ?? null,
    file: i.getAsFile(),
  }));
  const all: Chosen[] = [];
  for (const { handle, entry, file } of items) {
    const h = await handle;
    if (h) all.push(...await inHandle(h, false));
    else if (entry) all.push(...await inEntry(entry, false));
    else if (file) all.push({ file });
  }
  return all;
}

// pick opens the browser's dialog for files. Where it can, it gives handles; elsewhere the field does, and its event.
export async function pick(field: HTMLInputElement): Promise<Chosen[]> {
  const open = (globalThis as { showOpenFilePicker?(how: { multiple: boolean }): Promise<Handle[]> }).showOpenFilePicker;
  if (!open) {
    field.click();
    return [];
  }
  try {
    return await Promise.all((await open({ multiple: field.multiple })).map(async (handle) => ({ file: await handle.getFile(), handle })));
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") return [];
    throw e;
  }
}

// chosenIn gives what stands in a field for files, and empties it, so that the same file can be chosen again.
export function chosenIn(field: HTMLInputElement): Chosen[] {
  const folder = field.hasAttribute("webkitdirectory");
  const all = [...field.files ?? []].filter((f) => !folder || !isClutter(f.name)).map((file) => ({ file }));
  field.value = "";
  return all;
}
