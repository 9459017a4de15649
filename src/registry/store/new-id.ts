import { randomUUID } from "node:crypto";

/** A new id of 24 hexadecimal digits. Node keeps random bytes at hand for UUIDs; others it asks the system for each time. */
export function newId(kind: "pointer" | "pipeline" | "token"): string {
  return `${kind}_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
}
