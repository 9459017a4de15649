import type { Host } from "../ci/host.ts";
import type { PushJob } from "../ci/job.ts";
import { PointsmanError } from "../errors.ts";
import { fetchRef } from "../git/fetch-ref.ts";
import type { Difference } from "../model/difference.ts";
import type { CommitInfo } from "../model/repo.ts";
import { difference } from "../plan/difference.ts";
import { notShown } from "../plan/not-shown.ts";
import type { Workspace } from "../workspace/open-workspace.ts";
import { parentOf } from "../workspace/parent-of.ts";
import { readSnapshot } from "../workspace/read-snapshot.ts";
import type { Deps } from "./command.ts";

export interface Unseen {
  /** What the push moves and none of its requests showed. */
  readonly unseen: readonly Difference[];
  /** The requests it was compared with, by their numbers. */
  readonly requests: readonly number[];
  /** False where it could not be compared, so that `unseen` is empty. */
  readonly isCompared: boolean;
}

/** Commits of one push that are looked at. A merge queue brings some at a time. */
const mostCommits = 50;
const nothing: Unseen = { unseen: [], requests: [], isCompared: true };

/** Compares what a push moves with what the requests that it merged had shown, each from where it started. */
export async function movedUnseen(
  job: PushJob,
  host: Host,
  workspace: Workspace,
  deps: Deps,
): Promise<Unseen> {
  try {
    const commits = await pushedCommits(job, workspace);
    if (commits === null) return { ...nothing, isCompared: false };
    const oldest = commits.at(-1);
    if (oldest === undefined) return nothing;
    const before = await parentOf(workspace, oldest.id);
    const merged = await movedBetween(before, job.commit, workspace);
    if (merged.length === 0) return nothing;
    const heads = await headsOf(commits, job, host, workspace, deps);
    const shown: Difference[][] = [];
    for (const { head, onto } of heads) {
      const base = await workspace.repo.mergeBase(onto, head);
      // What the request stood on is not here, and was not nothing.
      if (base === null && (await workspace.repo.isShallow())) return { ...nothing, isCompared: false };
      shown.push(await movedBetween(base, head, workspace));
    }
    const requests = [...new Set(heads.flatMap(({ request }) => request ?? []))];
    return { unseen: notShown(merged, shown), requests, isCompared: true };
  } catch (error) {
    // The remote is right already; what cannot be compared is said, and is no failure.
    if (!(error instanceof PointsmanError)) throw error;
    host.log(error.message);
    return { ...nothing, isCompared: false };
  }
}

/** The branch's own new commits, newest first; null where there are too many, or history does not say. */
async function pushedCommits({ commit, before }: PushJob, { repo }: Workspace): Promise<CommitInfo[] | null> {
  const commits: CommitInfo[] = [];
  for await (const some of repo.history(commit)) {
    for (const one of some) {
      if (one.id === before) return commits;
      commits.push(one);
      // A new branch, or a run that somebody started: what its newest commit brought.
      if (before === null) return commits;
      if (commits.length > mostCommits) return null;
    }
  }
  return null;
}

async function movedBetween(base: string | null, head: string, workspace: Workspace): Promise<Difference[]> {
  const after = (await readSnapshot(workspace, head, true)).desired;
  const before =
    base === null ? { ...after, pointers: new Map() } : (await readSnapshot(workspace, base, true)).desired;
  return difference(before, after);
}

/** The newest commit of a request, and the branch's commit that it was merged onto. */
interface Head {
  readonly request?: number;
  readonly head: string;
  readonly onto: string;
}

async function headsOf(
  commits: readonly CommitInfo[],
  { branch }: PushJob,
  { forge }: Host,
  workspace: Workspace,
  deps: Deps,
): Promise<Head[]> {
  const heads = new Map<string, Head>();
  // Oldest first: of a request that was rebased, what its first commit stands on.
  for (const { id, parents } of commits.toReversed()) {
    const [onto, merged] = parents;
    if (onto === undefined) continue;
    const requests = forge === null ? [] : await forge.requestsOf(id, branch);
    for (const { number, head, ref } of requests) {
      if (heads.has(head)) continue;
      await fetchCommit(head, ref, workspace, deps);
      heads.set(head, { request: number, head, onto });
    }
    // Without a token for the forge, any merge may be a request's.
    if (forge === null && merged !== undefined) heads.set(merged, { head: merged, onto });
  }
  return [...heads.values()];
}

/** A request that was squashed has its own commits nowhere but under its ref. */
async function fetchCommit(commit: string, ref: string, { repo }: Workspace, deps: Deps): Promise<void> {
  const isHere = await repo.resolve(commit).then(
    () => true,
    () => false,
  );
  if (!isHere) await fetchRef(repo.workTree ?? repo.gitDir, deps.environment, ref);
}
