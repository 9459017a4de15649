import type { Plan } from "../model/plan.ts";
import type { PointerValue } from "../model/pointer.ts";
import { code } from "./markdown.ts";
import { shownPipeline } from "./values.ts";

/** Where a pointer stands on a remote, in a table's cell; empty where it is not there. */
export function remoteCell(value: PointerValue | null, versions: Plan["versions"], family: string): string {
  if (value === null) return "";
  return `${code(shownPipeline(value, versions, family))}${value.locked ? " (locked)" : ""}`;
}
