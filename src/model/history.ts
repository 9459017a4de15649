import type { CommitInfo } from "./repo.ts";

/** Why a past name led to no pipeline: such a state is shown, and proves nothing. */
export type Trouble = "unreadable" | "dangling" | "cycle";

/** Where a name led at one commit, by the files alone. */
export interface PastValue {
  /** The id, or the version or external that ends the chain; the last name before the trouble where there is some. */
  readonly pipeline: string;
  readonly locked: boolean;
  /** The names after the first, in order. */
  readonly via: readonly string[];
  readonly trouble: Trouble | null;
  /** Whether the chain ends at a pointer of other people. */
  readonly isExternal: boolean;
}

/** A commit at which a name came to lead somewhere else. */
export interface HistoryEntry {
  readonly commit: CommitInfo;
  readonly pointer: string;
  readonly before: PastValue | null;
  readonly after: PastValue | null;
  /** The name whose own declaration this commit changed: the pointer's, or that of a link of its chain. */
  readonly moved: string;
}
