import { WireError, isRecord } from "./wire-error.ts";

/** A pointer as the v4 API shows it. */
export interface WirePointer {
  readonly id: string;
  readonly pointer: string;
  readonly pipeline_id: string;
  readonly locked: boolean;
}

/** The body of `POST /v4/pointers`, by pointer-create.schema.json. */
export interface WirePointerCreate {
  readonly pointer: string;
  readonly pointer_or_pipeline_id: string;
  readonly locked?: boolean | null;
}

/** The body of `PATCH /v4/pointers/{pointer}`, by pointer-patch.schema.json: null or absent leaves a side as it is. */
export interface WirePointerPatch {
  readonly pointer_or_pipeline_id?: string | null;
  readonly locked?: boolean | null;
}

export const pointerPath = "/v4/pointers";

/** A pointer's own path. Names stand raw in it, slash and colon too; anything a URL would read otherwise is escaped. */
export function pathOfPointer(pointer: string): string {
  return `${pointerPath}/${encodeURI(pointer).replace(/[?#]/g, encodeURIComponent)}`;
}

/**
 * A pointer out of a remote's answer. Further fields are let be.
 * @throws WireError where a field that matters is missing or of another type
 */
export function readPointer(value: unknown): WirePointer {
  if (!isRecord(value)) throw new WireError("a pointer is not an object");
  const { id, pointer, pipeline_id, locked } = value;
  if (typeof pointer !== "string") throw new WireError('a pointer has no "pointer"');
  if (typeof pipeline_id !== "string") throw new WireError(`${pointer} has no "pipeline_id"`);
  if (typeof locked !== "boolean") throw new WireError(`${pointer} has no "locked"`);
  return { id: typeof id === "string" ? id : "", pointer, pipeline_id, locked };
}
