import type { PointerValue } from "./pointer.ts";

export type Action = "create" | "update" | "delete";

/** Why a change is needed. `unknown` until the history says more. */
export interface Cause {
  readonly kind: "new" | "behind" | "drift" | "ahead" | "external" | "unknown";
  readonly commit?: string;
}

/** One pointer's way from the value it is expected to have to the value it shall have. */
export interface Change {
  readonly action: Action;
  readonly pointer: string;
  readonly before: PointerValue | null;
  readonly after: PointerValue | null;
  /** The names between the pointer and its pipeline, in order: empty where it targets an id. */
  readonly via: readonly string[];
  readonly cause: Cause;
}

/** A pointer that is not brought to its declaration, and why. */
export interface Blocked {
  readonly pointer: string;
  readonly reason: "missing-version" | "missing-external" | "locked-on-remote" | "depends-on-blocked";
  readonly message: string;
}

/** What takes a remote from where it is to one commit. Plain data: it serialises as it stands. */
export interface Plan {
  readonly version: 1;
  /** The full id of the commit it was made from; null for a preview of the working tree. */
  readonly commit: string | null;
  readonly remote: { readonly name: string; readonly url: string };
  readonly changes: readonly Change[];
  readonly blocked: readonly Blocked[];
  /** Names the remote has and no file declares: not version pointers, not externals. */
  readonly undeclared: readonly string[];
  readonly warnings: readonly string[];
  /** The version pointers of the ids in `changes`, by id: what people know an id as. */
  readonly versions: Readonly<Record<string, string>>;
  readonly summary: {
    readonly create: number;
    readonly update: number;
    readonly delete: number;
    readonly unchanged: number;
    readonly blocked: number;
  };
}
