import { PointsmanError } from "../errors.ts";
import type { Desired } from "../model/pointer.ts";
import type { Plan } from "../model/plan.ts";
import type { Remote } from "../model/remote.ts";
import { nearest } from "../pointer/nearest.ts";
import { printable } from "../pointer/printable.ts";
import { difference } from "../plan/difference.ts";
import { plan } from "../plan/plan.ts";
import { survey } from "../remotes/survey.ts";
import { declaredLocks } from "./declared-locks.ts";
import type { Workspace } from "./open-workspace.ts";

/**
 * Looks at a remote and plans what takes it to a commit.
 * @param only the names that are planned; all where it is absent
 * @throws RemoteError
 */
export async function makePlan(
  workspace: Workspace,
  desired: Desired,
  remote: Remote,
  only?: ReadonlySet<string>,
): Promise<Plan> {
  const current = await survey(remote, desired);
  const locks = await declaredLocks(workspace, desired, current);
  return plan({
    desired,
    current,
    remote,
    ...(only === undefined ? {} : { only }),
    wasDeclaredLocked: (pointer) => locks.has(pointer),
  });
}

/**
 * The names a plan is narrowed to: those that the user names, and of a pull request those that it
 * moves. Undefined where nothing narrows it.
 * @param base what the pull request started from
 * @throws PointsmanError `pointer-unknown`
 */
export function scopeOf(
  names: readonly string[],
  head: Desired,
  base: Desired | undefined,
): Set<string> | undefined {
  for (const name of names) refuseUnknown(name, head);
  if (base === undefined) return names.length === 0 ? undefined : new Set(names);
  const moved = difference(base, head).map(({ pointer }) => pointer);
  return new Set(names.length === 0 ? moved : moved.filter((pointer) => names.includes(pointer)));
}

/** @throws PointsmanError `pointer-unknown` where no file declares the name */
export function refuseUnknown(pointer: string, { pointers }: Desired): void {
  if (pointers.has(pointer)) return;
  const near = nearest(pointer, pointers.keys());
  throw new PointsmanError("pointer-unknown", `No pointer ${printable(pointer)} is declared.`, {
    hint: near === undefined ? "`pointsman list` shows those that are." : `Did you mean ${near}?`,
  });
}
