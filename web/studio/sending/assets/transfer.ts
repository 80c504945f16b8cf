// One file on its way, by tus 1.0. The library speaks the protocol; what it cannot do is here: a digest for each piece, a turn for each file,
// and going on for as long as the page is open.

import { DefaultHttpStack, DetailedError, Upload, type HttpRequest, type HttpResponse, type HttpStack } from "tus-js-client";

import { t } from "../../desk/assets/words";
import { backoff, type Limits } from "./server";
import { base64, sha256 } from "./sha256";
import type { Traffic } from "./traffic";

// waiting: for its turn. retrying: goes on by itself. failed: needs somebody.
export type State = "waiting" | "sending" | "paused" | "retrying" | "failed" | "arrived";

const window = 8_000; // milliseconds over which the speed is taken

export class Transfer {
  state: State = "waiting";
  why = "";
  unreadable = false; // the file has changed or is away: only choosing it again helps
  sent: number; // bytes, those on the line included
  received: number; // bytes that the server has
  moved = performance.now(); // when a byte last moved
  // begun is resolved when it is known how the upload began: the server has it, or not yet, or refuses it.
  readonly begun: Promise<void>;

  #tus: Upload | undefined;
  #timer = 0;
  #attempt = 0;
  #begin!: () => void;
  #trail: [number, number][] = [];

  // address is that of an upload which was begun before; "" begins one.
  constructor(readonly file: File, readonly print: string, readonly delivery: string, public address: string, received: number, readonly limits: Limits, readonly traffic: Traffic) {
    this.sent = this.received = received;
    this.begun = new Promise((resolve) => { this.#begin = resolve; });
  }

  get upload(): string { return this.address.split("/").pop() ?? ""; }
  get active(): boolean { return this.state === "sending" || this.state === "waiting" || this.state === "retrying"; }

  // speed is in bytes per second.
  get speed(): number {
    const now = performance.now();
    while (this.#trail.length > 2 && this.#trail[0]![0] < now - window) this.#trail.shift();
    const [from, to] = [this.#trail[0], this.#trail.at(-1)];
    return this.state === "sending" && from && to && now - from[0] > 500 ? Math.max(0, (to[1] - from[1]) * 1000 / (now - from[0])) : 0;
  }

  // go sends, from where the server says that it has come to.
  go(): void {
    this.#halt();
    this.unreadable = false;
    this.#become("waiting");
    this.#trail = [];
    const tus: Upload = this.#tus = new Upload(this.file, {
      endpoint: this.address ? null : new URL(this.limits.address, location.href).href,
      uploadUrl: this.address || null,
      chunkSize: this.limits.piece,
      metadata: { filename: this.file.name, delivery: this.delivery, fingerprint: this.print },
      // The server knows fingerprints, for all computers; and tries again are made here, at once when there is a connection.
      fingerprint: () => Promise.resolve(this.print),
      storeFingerprintForResuming: false,
      retryDelays: null,
      httpStack: new DigestedPieces(this.file, this.limits.piece, () => this.#turn(tus)),
      onUploadUrlAvailable: () => {
        this.address = new URL(tus.url ?? "", location.href).pathname;
        this.#begin();
        this.traffic.changed(this);
      },
      onProgress: (sent) => {
        if (sent > this.sent) this.moved = performance.now();
        this.sent = sent;
        this.#trail.push([performance.now(), sent]);
      },
      onChunkComplete: (_, received) => {
        this.#attempt = 0;
        this.received = received;
      },
      onSuccess: () => {
        this.received = this.sent = this.file.size;
        this.#end("arrived");
      },
      onError: (e) => { if (tus === this.#tus) this.#failed(e); },
    });
    tus.start();
  }

  pause(): void {
    if (!this.active) return;
    this.#halt();
    this.#end("paused");
  }

  // stop is for good.
  stop(): void {
    this.#halt();
    this.traffic.left(this);
    this.#begin();
  }

  // again goes on at once, with a new connection.
  again(): void {
    if (this.state !== "sending" && this.state !== "retrying") return;
    this.#attempt = 0;
    this.go();
  }

  // cut says that there is no connection: waiting for the line to be given up would take minutes.
  cut(): void {
    if (this.state !== "sending") return;
    this.#halt();
    this.#retry(t("line.offline"));
  }

  #halt(): void {
    clearTimeout(this.#timer);
    void this.#tus?.abort();
    this.#tus = undefined;
    this.sent = this.received;
  }

  async #turn(tus: Upload): Promise<boolean> {
    if (this.state !== "sending") await this.traffic.turn(this);
    if (tus !== this.#tus) return false;
    this.moved = performance.now();
    this.#become("sending");
    return true;
  }

  #become(state: State, why = ""): void {
    this.state = state;
    this.why = why;
    this.traffic.changed(this);
  }

  #end(state: State, why = ""): void {
    this.#begin();
    this.state = state;
    this.why = why;
    this.traffic.left(this);
    this.traffic.changed(this);
  }

  #retry(why: string, least = 0): void {
    this.#become("retrying", why);
    this.#begin();
    this.#timer = setTimeout(() => this.go(), Math.max(least, backoff(this.#attempt++)));
  }

  #failed(e: Error): void {
    this.sent = this.received;
    const answer = e instanceof DetailedError ? e.originalResponse : null, cause = e instanceof DetailedError ? e.causingError : e;
    if (!answer) {
      if (cause instanceof DOMException) {
        this.unreadable = true;
        return this.#end("failed", t("line.unreadable"));
      }
      return this.#retry(t(navigator.onLine ? "line.silent" : "line.offline"));
    }
    const status = answer.getStatus(), why = sentence(answer);
    if (status === 401) return this.#retry(t("line.signed-out"), 5_000);
    // 409: elsewhere in the file than thought; 423: held by a request that is ending; 460: damaged on the way; 507: no room at the moment.
    if ([409, 423, 429, 460].includes(status) || status >= 500) return this.#retry(why, status === 507 ? 20_000 : 0);
    if ((status === 404 || status === 410) && this.address && this.#tus) {
      this.address = "";
      this.received = this.sent = 0;
      return this.go(); // it expired, or the server was set back: from the start
    }
    this.#end("failed", why);
  }
}

// sentence is what the server says of its refusal: a line of text, or problem details (RFC 9457).
function sentence(answer: HttpResponse): string {
  const text = answer.getBody()?.trim() ?? "";
  try { return (JSON.parse(text) as { detail?: string }).detail ?? text; } catch { return text || t("line.status", { status: answer.getStatus() }); }
}

// DigestedPieces sends each piece with its SHA-256 (tus extension "checksum"), once it is its turn. The digest of the next piece is made while
// one is on the line.
class DigestedPieces implements HttpStack {
  #plain = new DefaultHttpStack({});
  #next: { at: number; digest: Promise<Uint8Array> } | undefined;

  constructor(readonly file: File, readonly piece: number, readonly turn: () => Promise<boolean>) {}

  getName(): string { return "DigestedPieces"; }

  createRequest(method: string, url: string): HttpRequest {
    const request = this.#plain.createRequest(method, url);
    if (method !== "PATCH") return request;
    const { send, abort } = request;
    let stopped = false;
    request.abort = () => {
      stopped = true;
      return abort.call(request);
    };
    request.send = async (body: Blob) => {
      const never = new Promise<HttpResponse>(() => {}), at = Number(request.getHeader("Upload-Offset"));
      if (!await this.turn() || stopped) return never;
      const digest = await this.#digest(at);
      if (stopped) return never;
      this.#next = undefined;
      request.setHeader("Upload-Checksum", `sha256 ${base64(digest)}`);
      const answer = send.call(request, body);
      if (at + this.piece < this.file.size) {
        this.#next = { at: at + this.piece, digest: this.#digest(at + this.piece) };
        this.#next.digest.catch(() => {}); // it is told when the piece is sent
      }
      return answer;
    };
    return request;
  }

  async #digest(at: number): Promise<Uint8Array> {
    return this.#next?.at === at ? this.#next.digest : sha256(await this.file.slice(at, at + this.piece).arrayBuffer());
  }
}
