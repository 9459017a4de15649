import type { WirePointerValue } from "../../wire/pointer-event.ts";
import type { WirePointer } from "../../wire/pointer.ts";
import type { Tables } from "./tables.ts";

export type ShownRow = Pick<Tables["pointers"], "pointer" | "id" | "pipeline_id" | "locked">;
export type PointerRow = ShownRow & { readonly hidden: number };

/** A pointer as it is shown. */
export function showPointer({ id, pointer, pipeline_id, locked }: ShownRow): WirePointer {
  return { id, pointer, pipeline_id, locked: locked === 1 };
}

/** What of a pointer can change. */
export function valueOf({ pipeline_id, locked }: WirePointer): WirePointerValue {
  return { pipeline_id, locked };
}
