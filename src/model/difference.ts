import type { Action } from "./plan.ts";

/** Where a pointer leads by the files alone: versions and externals stay names. */
export interface DeclaredValue {
  /** The end of its chain; null where that dangles or goes round. */
  readonly pipeline: string | null;
  readonly locked: boolean;
  readonly description?: string;
}

/** One pointer that ends up somewhere else, or otherwise, between two commits. */
export interface Difference {
  readonly action: Action;
  readonly pointer: string;
  readonly before: DeclaredValue | null;
  readonly after: DeclaredValue | null;
  /** The names it goes through after the change; before it, for a delete. */
  readonly via: readonly string[];
}
