import type { Action, Cause } from "./plan.ts";
import type { PointerValue } from "./pointer.ts";

/**
 * Why a result is not simply an applied change:
 * - `already-there` (applied): the remote had the wanted value before anything was written
 * - `blocked`, `superseded`, `interrupted` (skipped): the plan says no; a newer commit says otherwise;
 *   Ctrl-C came first
 * - `changed-since-planned`: the remote has neither the value planned from nor the wanted one
 * - `refused`, `unauthorized`: the remote said no, to this write or its listing, or to the token
 * - `name-held`: a pointer of a deleted pipeline still has the name
 * - `not-listed`: nothing was written, because the remote's value could not be read
 * - `unconfirmed`: a write was sent, and what became of it could not be read
 * - `gave-up`: written several times, and the remote still lists the old value
 * - `not-locked`: moved, and not known to be locked again
 * - `not-attempted`: the remote had stopped answering
 */
export type ResultReason =
  | "already-there"
  | "blocked"
  | "superseded"
  | "interrupted"
  | "changed-since-planned"
  | "refused"
  | "unauthorized"
  | "name-held"
  | "not-listed"
  | "unconfirmed"
  | "gave-up"
  | "not-locked"
  | "not-attempted";

/** What became of one pointer of a plan. */
export interface SyncResult {
  readonly pointer: string;
  /** Null for a blocked or superseded pointer: no change was planned for it. */
  readonly action: Action | null;
  /** `applied` is only said of what the remote was seen to have. */
  readonly status: "applied" | "skipped" | "failed";
  /** As the change was planned. */
  readonly before: PointerValue | null;
  readonly after: PointerValue | null;
  /** Why the change was needed, as the plan says; absent where none was planned. */
  readonly cause?: Cause;
  readonly reason?: ResultReason;
  /** A readable sentence, wherever `status` is not `applied`. */
  readonly error?: string;
}

/** What a sync did. Plain data: it serialises as it stands. */
export interface SyncReport {
  readonly version: 1;
  readonly commit: string | null;
  readonly remote: { readonly name: string; readonly url: string };
  /** When the first and after the last request, in ISO 8601, UTC. */
  readonly started: string;
  readonly finished: string;
  /** In the plan's order: its changes, then what it blocks, then what a newer commit overtook. */
  readonly results: readonly SyncResult[];
  readonly summary: {
    readonly applied: number;
    readonly skipped: number;
    readonly failed: number;
    readonly unchanged: number;
  };
  /** Whether the signal came before all was done. */
  readonly interrupted: boolean;
  /** Whether any write was sent that the remote did not definitely refuse. */
  readonly written: boolean;
}
