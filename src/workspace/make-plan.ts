import { PointsmanError } from "../errors.ts";
import { causeBy, causesOf } from "../history/causes.ts";
import { declaredLocks } from "../history/declared-locks.ts";
import type { HistorySource } from "../history/entries.ts";
import { ownedNames } from "../history/ownership.ts";
import { type Standing, proposedBy, standingOf } from "../history/standing.ts";
import { supersededBy } from "../history/superseded.ts";
import type { Cause, Plan } from "../model/plan.ts";
import type { Desired } from "../model/pointer.ts";
import type { OnDrift } from "../model/policy.ts";
import type { Remote } from "../model/remote.ts";
import type { CommitInfo } from "../model/repo.ts";
import type { Current } from "../plan/current.ts";
import { type PlanInput, plan, undeclaredOf } from "../plan/plan.ts";
import { settle } from "../plan/settle.ts";
import { survey } from "../remotes/survey.ts";
import { historySource } from "./history-source.ts";
import { timed } from "../profile.ts";
import type { Workspace } from "./open-workspace.ts";
import { type Snapshot, readSnapshot } from "./read-snapshot.ts";

export interface PlanOptions {
  /** The names that are planned; all where it is absent. */
  readonly only?: ReadonlySet<string> | undefined;
  /** The tip of the branch; null before the first commit. */
  readonly tip: string | null;
  /** Whether names that are no longer declared are deleted. */
  readonly prune?: boolean | undefined;
  /** In place of the config's, where the user says so in this call. */
  readonly onDrift?: OnDrift | undefined;
  readonly allowRollback?: boolean | undefined;
}

export interface MadePlan {
  readonly plan: Plan;
  /** How many pointers are ours: those declared, and those that once were and are on the remote still. */
  readonly owned: number;
}

/** A commit, or the working tree, and the branch by whose history it is explained. */
interface Explained {
  readonly source: HistorySource;
  readonly standing: Standing;
  /** Where it is none of the branch's first-parent commits: what there is to say of it; null for the working tree. */
  readonly head: CommitInfo | null | undefined;
}

/**
 * Looks at a remote, plans what takes it to a commit, and explains it by the branch's history.
 * @throws PointsmanError `history-shallow`; RemoteError
 */
export async function makePlan(
  workspace: Workspace,
  snapshot: Snapshot,
  remote: Remote,
  options: PlanOptions,
): Promise<MadePlan> {
  const { desired, config } = snapshot;
  // Git is asked while the remote is; what is wrong with the remote is said first, and ends that.
  const unneeded = new AbortController();
  const explaining = explain(workspace, snapshot, options.tip, unneeded.signal);
  explaining.catch(() => undefined);
  const current = await survey(remote, desired).catch((error: unknown) => {
    unneeded.abort();
    throw error;
  });
  const explained = await explaining;
  const locks = explained === null ? new Set() : await locksOf(desired, current, explained.source);
  const input: PlanInput = {
    desired,
    current,
    remote,
    ...(options.only === undefined ? {} : { only: options.only }),
    wasDeclaredLocked: (pointer: string) => locks.has(pointer),
  };
  const first = timed("diff", () => plan(input));
  if (explained === null) return { plan: first, owned: desired.pointers.size };

  const owned = options.prune === true ? await pruneOf(undeclaredOf(input), explained) : new Map();
  const draft = owned.size === 0 ? first : plan({ ...input, prune: new Set(owned.keys()) });
  const causes = await explainChanges(draft, { desired, current, owned }, explained);
  const superseded =
    options.allowRollback === true
      ? new Map<string, string>()
      : await overtaken(draft, { desired, current }, explained, workspace);
  const settled = settle(draft, {
    causes,
    superseded,
    onDrift: options.onDrift ?? config.onDrift,
    isExplicit: options.onDrift !== undefined,
    desired,
  });
  return { plan: settled, owned: desired.pointers.size + owned.size };
}

async function explain(
  workspace: Workspace,
  { desired, files }: Snapshot,
  branchTip: string | null,
  signal: AbortSignal,
): Promise<Explained | null> {
  const { repo } = workspace;
  const { commit } = desired;
  const at = commit ?? (await repo.head());
  const tip = branchTip ?? at;
  if (at === null || tip === null) return null;
  const standing = await standingOf(at, tip, repo, signal);
  const head = commit === null ? null : standing.isOnLine ? undefined : await proposedBy(commit, tip, repo);
  const source = historySource(workspace, tip, desired, commit === tip ? files : undefined);
  return { source, standing, head };
}

/** The pointers that the remote has locked, the files have not, and an earlier commit had. */
async function locksOf(desired: Desired, current: Current, source: HistorySource): Promise<Set<string>> {
  const names: string[] = [];
  for (const [pointer, { locked }] of current)
    if (locked && desired.pointers.get(pointer)?.locked === false) names.push(pointer);
  return declaredLocks(names, source);
}

/** The names to delete, once declared by this branch and no longer, with the commits that took them out. */
async function pruneOf(
  undeclared: readonly string[],
  { source, head }: Explained,
): Promise<Map<string, CommitInfo | null>> {
  if (await source.repo.isShallow()) {
    throw new PointsmanError(
      "history-shallow",
      "This clone's history is too short to tell what was once declared here, so nothing is deleted.",
      {
        hint: "Fetch all of it: git fetch --unshallow (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0).",
      },
    );
  }
  return ownedNames(undeclared, source, head);
}

async function explainChanges(
  { changes }: Plan,
  {
    desired,
    current,
    owned,
  }: Pick<PlanInput, "desired" | "current"> & {
    readonly owned: ReadonlyMap<string, CommitInfo | null>;
  },
  { source, standing, head }: Explained,
): Promise<Map<string, Cause>> {
  const values = new Map(
    changes.flatMap(({ pointer, before }) => (before === null ? [] : [[pointer, before]])),
  );
  const { newer } = standing;
  const causes = await causesOf({ values, current, desired, newer, head: head ?? null }, source);
  // Of a delete, the commit that tells most is the one that took the pointer out.
  for (const [pointer, commit] of owned) {
    const cause = causes.get(pointer);
    if (cause !== undefined && cause.kind !== "ahead") causes.set(pointer, causeBy(cause.kind, commit));
  }
  return causes;
}

/** What the tip of the branch declares otherwise, where it has this commit and newer ones. */
async function overtaken(
  { changes, blocked }: Plan,
  { desired, current }: Pick<PlanInput, "desired" | "current">,
  { source, standing }: Explained,
  workspace: Workspace,
): Promise<Map<string, string>> {
  const { newer, isMerged } = standing;
  if (newer.size === 0 || !isMerged || (changes.length === 0 && blocked.length === 0)) return new Map();
  const { desired: atTip, configProblems } = await readSnapshot(workspace, source.tip, true);
  const tip = configProblems.length > 0 ? null : atTip;
  return supersededBy(changes, blocked, { desired, tip, current, newer }, source);
}
