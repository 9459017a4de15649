import type { CommitInfo, Repo } from "../model/repo.ts";

/** Where a commit stands on a branch. */
export interface Standing {
  /** The branch's first-parent commits that the commit does not have: none where it is the tip. */
  readonly newer: ReadonlySet<string>;
  /** Whether it is one of the first-parent commits itself: what a sync of the branch once applied, or may. */
  readonly isOnLine: boolean;
  /** Whether the branch contains it. */
  readonly isMerged: boolean;
}

/**
 * @param tip the newest commit of the branch
 * @param signal ends the walk through its history, which may be a long one
 */
export async function standingOf(
  commit: string,
  tip: string,
  repo: Repo,
  signal: AbortSignal,
): Promise<Standing> {
  if (commit === tip) return { newer: new Set(), isOnLine: true, isMerged: true };
  const line: string[] = [];
  for await (const commits of repo.history(tip)) {
    signal.throwIfAborted();
    for (const { id } of commits) {
      if (id === commit) return { newer: new Set(line), isOnLine: true, isMerged: true };
      line.push(id);
    }
  }
  // It came in by a merge, or has not yet. Of an ancestor all older ones are ancestors too.
  const isAncestor = async (of: string, id: string | undefined): Promise<boolean> =>
    id !== undefined && (await repo.mergeBase(id, of)) === id;
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (await isAncestor(commit, line[middle])) high = middle;
    else low = middle + 1;
  }
  return { newer: new Set(line.slice(0, low)), isOnLine: false, isMerged: await isAncestor(tip, commit) };
}

/** What there is to say of a commit; null where this clone does not have it. */
export async function infoOf(commit: string, repo: Repo): Promise<CommitInfo | null> {
  for await (const [first] of repo.history(commit)) if (first !== undefined) return first;
  return null;
}

/**
 * What there is to say of a commit that a branch does not have yet. Of the merge that a forge makes to try a
 * request, which nobody wrote, it is the request's own newest commit that says why.
 * @param tip the newest commit of the branch
 */
export async function proposedBy(commit: string, tip: string, repo: Repo): Promise<CommitInfo | null> {
  const info = await infoOf(commit, repo);
  const [onto, request] = info?.parents ?? [];
  if (onto === undefined || request === undefined) return info;
  const isIn = async (one: string): Promise<boolean> => (await repo.mergeBase(one, tip)) === one;
  const isTried = (await isIn(onto)) && !(await isIn(request));
  return (isTried ? await infoOf(request, repo) : null) ?? info;
}
