import type { WireSource } from "./source.ts";

/** What a pointer stands for. */
export interface WirePointerValue {
  readonly pipeline_id: string;
  readonly locked: boolean;
}

/**
 * One entry of a pointer's audit. A pointer whose pipeline is deleted stands for nothing: that is its
 * `delete`, and its return a `create`. So each `before` is the `after` of the entry before.
 */
export interface WirePointerEvent {
  /** Seconds since 1970. */
  readonly at: number;
  readonly action: "create" | "update" | "delete";
  readonly pointer: string;
  readonly before: WirePointerValue | null;
  readonly after: WirePointerValue | null;
  /** The name of the token that did it. */
  readonly token: string;
  readonly source: WireSource | null;
}
