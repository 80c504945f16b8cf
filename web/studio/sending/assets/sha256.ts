// SHA-256 (FIPS 180-4). Browsers have it, but only on pages that came over HTTPS or from this machine; in a meeting's own network the studio
// may stand on plain HTTP, where the digests count all the more.

export async function sha256(bytes: ArrayBuffer): Promise<Uint8Array> {
  return crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : plain(new Uint8Array(bytes));
}

export const hex = (b: Uint8Array) => Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
export const base64 = (b: Uint8Array) => btoa(String.fromCharCode(...b));

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8 (4.2.2, 5.3.3).
const [rounds, start] = constants();

function constants(): [Uint32Array, Uint32Array] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
  return [Uint32Array.from(primes, (p) => fraction(Math.cbrt(p))), Uint32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)))];
}

function plain(message: Uint8Array): Uint8Array {
  const blocks = Math.ceil((message.length + 9) / 64), tail = new Uint8Array(128), from = Math.max(0, (blocks - 2) * 64);
  tail.set(message.subarray(from));
  const end = (blocks * 64) - from;
  tail[message.length - from] = 0x80;
  new DataView(tail.buffer).setBigUint64(end - 8, BigInt(message.length) * 8n);
  const h = Uint32Array.from(start), w = new Uint32Array(64);
  for (let at = 0; at < from; at += 64) block(h, w, message, at);
  for (let at = 0; at < end; at += 64) block(h, w, tail, at);
  const digest = new Uint8Array(32), out = new DataView(digest.buffer);
  h.forEach((x, i) => out.setUint32(i * 4, x));
  return digest;
}

// block is one step of the hash computation (6.2.2).
function block(h: Uint32Array, w: Uint32Array, m: Uint8Array, at: number): void {
  const view = new DataView(m.buffer, m.byteOffset + at, 64);
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(i * 4);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!, y = w[i - 2]!;
    w[i] = w[i - 16]! + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + w[i - 7]! + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
  }
  let a = h[0]!, b = h[1]!, c = h[2]!, d = h[3]!, e = h[4]!, f = h[5]!, g = h[6]!, z = h[7]!;
  for (let i = 0; i < 64; i++) {
    const t1 = z + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + rounds[i]! + w[i]! | 0;
    const t2 = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
    z = g; g = f; f = e; e = d + t1 | 0; d = c; c = b; b = a; a = t1 + t2 | 0;
  }
  h[0]! += a; h[1]! += b; h[2]! += c; h[3]! += d; h[4]! += e; h[5]! += f; h[6]! += g; h[7]! += z;
}
