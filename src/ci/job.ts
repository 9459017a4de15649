/** Which run of a workflow this is: ids grow, and so do the attempts of one id. */
export interface Run {
  readonly id: number;
  readonly attempt: number;
  /** Where people read it. */
  readonly url: string;
}

/** A proposed change: a pull request, a merge request, or a place in a merge queue. */
export interface ReviewJob {
  readonly kind: "review";
  /** The request's number; null in a merge queue, where there may be several. */
  readonly request: number | null;
  /** The ref or commit it is to be merged into. */
  readonly base: string;
  /** The newest commit of the request itself, which people know it by. */
  readonly head: string;
}

/** New commits of a branch. */
export interface PushJob {
  readonly kind: "push";
  readonly branch: string;
  /** The branch that the repository calls its own; null where nobody says. */
  readonly defaultBranch: string | null;
  readonly commit: string;
  /** The branch's commit before; null where nobody says. */
  readonly before: string | null;
}

/** From time to time, to see whether the remote is still as declared. */
export interface WatchJob {
  readonly kind: "watch";
  readonly branch: string;
  /** As of a push. */
  readonly defaultBranch: string | null;
}

export type Job = ReviewJob | PushJob | WatchJob;

/** Another name for no commit: what a push says of a branch that is new. */
export const noCommit = /^0+$/;
