// The way to the server. Errors carry the server's sentence; what can be tried again says so.

const base = document.documentElement.dataset["base"] ?? "";

// address puts the base path before an address of ours.
export const address = (path: string) => base + path;

export class Refusal extends Error {
  constructor(readonly status: number, readonly code: string, message: string) { super(message); }

  // again says whether the same request may succeed later, unchanged: no connection, or a server that is not well.
  get again(): boolean { return this.status === 0 || this.status === 429 || this.status >= 500; }
}

export async function call<T = void>(method: string, path: string, body?: unknown, more: RequestInit = {}): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(address(path), {
      method, credentials: "same-origin", ...more,
      headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...more.headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    throw new Refusal(0, "offline", navigator.onLine ? "The server does not answer." : "There is no connection.");
  }
  const text = await answer.text();
  let value: unknown;
  try { value = text ? JSON.parse(text) : undefined; } catch { value = undefined; }
  if (!answer.ok) {
    const p = (value ?? {}) as { detail?: string; code?: string };
    throw new Refusal(answer.status, p.code ?? "", p.detail ?? answer.statusText);
  }
  return value as T;
}
