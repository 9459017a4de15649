import type { WirePointerValue } from "../../wire/pointer-event.ts";
import type { WirePointer } from "../../wire/pointer.ts";
import type { Tables } from "./tables.ts";

export type PointerRow = Pick<Tables["pointers"], "pointer" | "id" | "pipeline_id" | "locked"> & {
  readonly hidden: number;
};

/** The part of a name that tokens are bound to: all before the first slash. */
export function usernameOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf("/")));
}

/** A pointer as it is shown. */
export function showPointer({ id, pointer, pipeline_id, locked }: PointerRow): WirePointer {
  return { id, pointer, pipeline_id, locked: locked === 1 };
}

/** What of a pointer can change. */
export function valueOf({ pipeline_id, locked }: WirePointer): WirePointerValue {
  return { pipeline_id, locked };
}
