// The fingerprint by which a file is known again, after a reload or on another computer, without reading all of it.

import { hex, sha256 } from "./sha256";

const mebibyte = 1 << 20;

// fingerprint is of the name, the size, the second of the last change, and the first and the last MiB. The second is in it because a recorder
// that still writes may change the middle alone; fractions are not, since file systems keep different ones.
export async function fingerprint(file: File): Promise<string> {
  const first = await sha256(await file.slice(0, mebibyte).arrayBuffer());
  const last = await sha256(await file.slice(Math.max(0, file.size - mebibyte)).arrayBuffer());
  const all = JSON.stringify([file.name, file.size, Math.floor(file.lastModified / 1000), hex(first), hex(last)]);
  return "1-" + hex(await sha256(new TextEncoder().encode(all).buffer as ArrayBuffer));
}
