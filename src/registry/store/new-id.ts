import { randomFillSync } from "node:crypto";

const size = 12;
/** Asked of the system many at a time: what a call costs is not the bytes. */
const random = Buffer.alloc(512 * size);
let used = random.length;

/** A new id of 24 hexadecimal digits. */
export function newId(kind: "pointer" | "pipeline" | "token"): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  const digits = random.toString("hex", used, used + size);
  used += size;
  return `${kind}_${digits}`;
}
