import type { PointerValue } from "../model/pointer.ts";

/** Where a pointer stands; null where there is none. */
export type Value = PointerValue | null;

/** A value for a sentence. An id comes from a remote, so whatever is not plain text is masked. */
export function describe(value: Value): string {
  if (value === null) return "absent";
  const pipeline = value.pipeline.replace(/[^\x20-\x7e]/g, "?").slice(0, 100);
  return value.locked ? `${pipeline} (locked)` : pipeline;
}
