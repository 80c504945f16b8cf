// Memory of this browser. In a sandboxed frame (origin null), or with storage switched off, every
// access throws: then nothing is remembered, and nothing breaks.

export function recall(key: string): string | null {
  try {
    return localStorage.getItem("rostrum:" + key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem("rostrum:" + key);
    else localStorage.setItem("rostrum:" + key, value);
  } catch {
    // no memory here
  }
}
