// Files that this browser may open again after a reload, with one press: it keeps handles of them (File System Access), if it knows them.

export interface Handle extends FileSystemFileHandle {
  queryPermission?(how: { mode: "read" }): Promise<PermissionState>;
  requestPermission?(how: { mode: "read" }): Promise<PermissionState>;
}

function store<T>(mode: IDBTransactionMode, use: (files: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("rostrum-sending", 1);
    opening.onupgradeneeded = () => { opening.result.createObjectStore("handles"); };
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const db = opening.result, request = use(db.transaction("handles", mode).objectStore("handles"));
      request.onsuccess = () => { db.close(); resolve(request.result); };
      request.onerror = () => { db.close(); reject(request.error); };
    };
  });
}

// Without a memory, as in private windows, files are chosen again by hand.
export async function keepHandle(upload: string, handle: Handle): Promise<void> {
  try { await store("readwrite", (s) => s.put(handle, upload)); } catch { /* no memory here */ }
}

export async function forgetHandle(upload: string): Promise<void> {
  try { await store("readwrite", (s) => s.delete(upload)); } catch { /* no memory here */ }
}

// keptHandles are the handles by the identity of their upload.
export async function keptHandles(): Promise<Map<string, Handle>> {
  try {
    const keys = await store("readonly", (s) => s.getAllKeys()), values = await store("readonly", (s) => s.getAll());
    return new Map(keys.map((k, i) => [String(k), values[i] as Handle]));
  } catch { return new Map(); }
}

// opened gives the file of a handle, and asks for the right to read it if ask says so; undefined without it, or when the file is away.
export async function opened(handle: Handle, ask: boolean): Promise<File | undefined> {
  try {
    let may = await handle.queryPermission?.({ mode: "read" }) ?? "granted";
    if (may === "prompt" && ask) may = await handle.requestPermission?.({ mode: "read" }) ?? may;
    return may === "granted" ? await handle.getFile() : undefined;
  } catch { return undefined; }
}
