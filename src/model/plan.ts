import type { PointerValue } from "./pointer.ts";
import type { OnDrift } from "./policy.ts";
import type { ModelSource } from "./source.ts";

export type Action = "create" | "update" | "delete";

/**
 * Why a change is needed, by the branch's own commits: `new` (the remote has no such pointer), `behind`
 * (an earlier commit said what the remote says), `ahead` (a newer commit of the branch already does),
 * `drift` (no commit ever did: somebody's hand), `external` (its chain goes through a pointer of other
 * people), `unknown` (this clone's history is too short to tell).
 */
export interface Cause {
  readonly kind: "new" | "behind" | "drift" | "ahead" | "external" | "unknown";
  /** Of `behind` the commit that moved on; of `ahead` the newer one; of a delete the one that took it out. */
  readonly commit?: string;
  readonly author?: string;
  readonly date?: string;
  readonly subject?: string;
}

/** One pointer's way from the value it is expected to have to the value it shall have. */
export interface Change {
  readonly action: Action;
  readonly pointer: string;
  readonly before: PointerValue | null;
  readonly after: PointerValue | null;
  /**
   * The names between the pointer and its pipeline, in order: empty where it targets an id. Of a chain
   * of more than a hundred the first hundred, "…" and the last.
   */
  readonly via: readonly string[];
  readonly cause: Cause;
}

/** A pointer that is not brought to its declaration, and why. */
export interface Blocked {
  readonly pointer: string;
  readonly reason:
    "missing-version" | "missing-external" | "locked-on-remote" | "depends-on-blocked" | "drift";
  readonly message: string;
}

/** A pointer that a newer commit of the branch declares otherwise: an older run leaves it alone. */
export interface Superseded {
  readonly pointer: string;
  /** The newest commit of the branch that declares it otherwise. */
  readonly commit: string;
}

/**
 * What a plan was made from, besides the remote's own pointers: two with the same may have the same changes.
 * Digests are of the paths and contents of the files, so they outlive a squash merge.
 */
export interface PlanBasis {
  /** `sha256:` and the digest of the pointer files. */
  readonly pointers: string;
  /** The same of pointsman.yaml. */
  readonly config: string;
  /** The names that it was narrowed to; null where it is of all. */
  readonly only: readonly string[] | null;
  /** Whether names that are no longer declared were to be deleted. */
  readonly prune: boolean;
  /** What the command line said in place of the config's `on_drift`. */
  readonly onDrift: OnDrift | null;
}

/** What takes a remote from where it is to one commit. Plain data: it serialises as it stands. */
export interface Plan {
  readonly version: 1;
  /** The full id of the commit it was made from; null for a preview of the working tree. */
  readonly commit: string | null;
  readonly remote: { readonly name: string; readonly url: string };
  readonly changes: readonly Change[];
  readonly blocked: readonly Blocked[];
  readonly superseded: readonly Superseded[];
  /** Names the remote has and no file declares: not version pointers, not externals. */
  readonly undeclared: readonly string[];
  readonly warnings: readonly string[];
  /** The version pointers of the ids in `changes`, by id: what people know an id as. */
  readonly versions: Readonly<Record<string, string>>;
  /** Where the models of the pipelines in `changes` come from, by id, where that was asked for and is known. */
  readonly sources?: Readonly<Record<string, ModelSource>>;
  readonly summary: {
    readonly create: number;
    readonly update: number;
    readonly delete: number;
    readonly unchanged: number;
    readonly blocked: number;
  };
}
