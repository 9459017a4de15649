import { isPointerName, isReserved, isVersionPointer } from "./name.ts";

/** What a target's text says it is; `invalid` where it can be neither. */
export type TargetKind = "id" | "version" | "pointer" | "invalid";

/** A text with neither slash nor colon is a pipeline id; ids are opaque, but have no spaces. */
export function targetKind(target: string): TargetKind {
  if (!/[/:]/.test(target)) return idPattern.test(target) ? "id" : "invalid";
  if (isVersionPointer(target)) return "version";
  return isPointerName(target) && !isReserved(target) ? "pointer" : "invalid";
}

const idPattern = /^[^\s\p{Cc}\p{Cf}]{1,256}$/u;
