import { PointsmanError } from "../errors.ts";
import { causesOf } from "../history/causes.ts";
import type { HistorySource } from "../history/entries.ts";
import { newerThan } from "../history/newer.ts";
import { ownedNames } from "../history/ownership.ts";
import { supersededBy } from "../history/superseded.ts";
import type { Plan } from "../model/plan.ts";
import type { OnDrift } from "../model/policy.ts";
import type { Remote } from "../model/remote.ts";
import { guardOf } from "../plan/guard.ts";
import { plan } from "../plan/plan.ts";
import { settle } from "../plan/settle.ts";
import { survey } from "../remotes/survey.ts";
import { declaredLocks } from "./declared-locks.ts";
import type { Workspace } from "./open-workspace.ts";
import { type Snapshot, readSnapshot } from "./read-snapshot.ts";

export interface PlanOptions {
  /** The names that are planned; all where it is absent. */
  readonly only?: ReadonlySet<string> | undefined;
  /** The tip of the branch; the commit itself where it is absent. Null before the first commit. */
  readonly tip: string | null;
  /** Whether names that are no longer declared are deleted. */
  readonly prune?: boolean | undefined;
  /** In place of the config's, where the user says so in this call. */
  readonly onDrift?: OnDrift | undefined;
  readonly allowRollback?: boolean | undefined;
}

export interface MadePlan {
  readonly plan: Plan;
  /** Why it is too surprising to be applied without a second look; null where it is not. */
  readonly guard: string | null;
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
  const { repo } = workspace;
  const { desired, config } = snapshot;
  const current = await survey(remote, desired);
  const locks = await declaredLocks(workspace, desired, current);
  const tip = options.tip ?? desired.commit ?? (await repo.head());
  const source = tip === null ? null : { repo, tip, root: desired.root, isExternal: desired.isExternal };
  const input = {
    desired,
    current,
    remote,
    ...(options.only === undefined ? {} : { only: options.only }),
    wasDeclaredLocked: (pointer: string) => locks.has(pointer),
  };
  const first = plan(input);
  const prune =
    options.prune === true && source !== null ? await pruneOf(first.undeclared, source) : new Set<string>();
  const draft = prune.size === 0 ? first : plan({ ...input, prune });
  if (source === null) return { plan: draft, guard: null };

  const commit = desired.commit ?? source.tip;
  const newer = await newerThan(commit, source.tip, repo);
  const values = new Map(
    draft.changes.flatMap(({ pointer, before }) => (before === null ? [] : [[pointer, before]])),
  );
  const causes = values.size === 0 ? new Map() : await causesOf({ values, current, desired, newer }, source);
  const superseded =
    newer.size === 0 || options.allowRollback === true || draft.changes.length === 0
      ? new Map<string, string>()
      : await supersededBy(
          draft.changes,
          { tip: (await readSnapshot(workspace, source.tip)).desired, current, newer },
          source,
        );
  const settled = settle(draft, {
    causes,
    superseded,
    onDrift: options.onDrift ?? config.onDrift,
    isExplicit: options.onDrift !== undefined,
  });
  return { plan: settled, guard: guardOf(settled, config.guards, desired.pointers.size + prune.size) };
}

/** The names to delete: once declared by this branch, and no longer. */
async function pruneOf(undeclared: readonly string[], source: HistorySource): Promise<Set<string>> {
  if (await source.repo.isShallow()) {
    throw new PointsmanError(
      "history-shallow",
      "This clone's history is too short to tell what was once declared here, so nothing is deleted.",
      {
        hint: "Fetch all of it: git fetch --unshallow (actions/checkout: fetch-depth: 0).",
      },
    );
  }
  return new Set((await ownedNames(undeclared, source)).keys());
}
