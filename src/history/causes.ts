import type { PastValue } from "../model/history.ts";
import type { Cause } from "../model/plan.ts";
import type { Desired, PointerValue } from "../model/pointer.ts";
import type { CommitInfo } from "../model/repo.ts";
import type { Current } from "../plan/current.ts";
import { chainEnd } from "../plan/resolve-chain.ts";
import type { HistorySource } from "./entries.ts";
import { transitions } from "./transitions.ts";

export interface CauseQuestion {
  /** The pointers that differ, with what the remote says of each. */
  readonly values: ReadonlyMap<string, PointerValue>;
  /** The remote's listing: versions never move, so today's ids are those of any past commit. */
  readonly current: Current;
  /** What the commit at hand declares. */
  readonly desired: Desired;
  /** The branch's first-parent commits that the commit at hand does not have. */
  readonly newer: ReadonlySet<string>;
  /** The commit at hand, where it is none of the branch's first-parent commits; null for the working tree. */
  readonly head: CommitInfo | null;
}

/**
 * Which commit said what the remote says, for each pointer: a newer one (`ahead`) before an earlier one
 * (`behind`), and none at all (`drift`). A past state that could not be read, or in which the chain
 * led nowhere or through other people's pointers, proves nothing.
 */
export async function causesOf(
  { values, current, desired, newer, head }: CauseQuestion,
  source: HistorySource,
): Promise<Map<string, Cause>> {
  const causes = new Map<string, Cause>();
  const open = new Set(values.keys());
  const settle = (pointer: string, kind: Cause["kind"], commit: CommitInfo | null): void => {
    causes.set(pointer, causeBy(kind, commit));
    open.delete(pointer);
  };
  const says = (pointer: string, past: PastValue | null): boolean => {
    const now = values.get(pointer);
    if (past === null || past.trouble !== null || past.isExternal || now === undefined) return false;
    const id = past.via.at(-1) === past.pipeline ? current.get(past.pipeline)?.pipeline : past.pipeline;
    return id === now.pipeline && past.locked === now.locked;
  };

  // Newer commits that say it, until the one is found that came to say it.
  const ahead = new Map<string, CommitInfo>();
  for await (const { pointer, commit, before, after } of transitions(open, source)) {
    const isSaid = says(pointer, after);
    const newest = ahead.get(pointer);
    if (newer.has(commit.id)) {
      if (isSaid && says(pointer, before)) ahead.set(pointer, commit);
      else if (isSaid) settle(pointer, "ahead", commit);
    } else if (newest !== undefined) settle(pointer, "ahead", newest);
    else if (isSaid) settle(pointer, "behind", head);
    else if (says(pointer, before)) settle(pointer, "behind", commit);
  }
  for (const [pointer, commit] of ahead) if (open.has(pointer)) settle(pointer, "ahead", commit);
  const isShallow = open.size > 0 && (await source.repo.isShallow());
  for (const pointer of open) {
    const isExternal = chainEnd(pointer, desired)?.kind === "external";
    causes.set(pointer, { kind: isExternal ? "external" : isShallow ? "unknown" : "drift" });
  }
  return causes;
}

/** @param commit null where it is not committed yet */
export function causeBy(kind: Cause["kind"], commit: CommitInfo | null): Cause {
  if (commit === null) return { kind };
  const { id, author, date, subject } = commit;
  return { kind, commit: id, author, date, subject };
}
