import type { Change } from "../model/plan.ts";
import { isSame } from "../pointer/is-same.ts";
import type { RemoteError } from "../remotes/remote-error.ts";
import type { Run } from "./run.ts";
import { toRemoteError, withHint } from "./to-remote-error.ts";
import { stepsOf } from "./steps.ts";
import { takeStep } from "./take-step.ts";
import { describe, type Value } from "./value.ts";
import { alreadyThere, applied, changedSincePlanned, failed, type Verdict } from "./verdict.ts";

/**
 * Brings one pointer from `before` to `after`, if the remote still has `before`: a remote that compares and
 * sets sees to that itself, of another one the family is listed first. It never throws.
 */
export async function applyChange(change: Change, run: Run): Promise<Verdict> {
  const { pointer, before, after } = change;
  const isAtomic = run.remote.comparesAndSets();
  if (!isAtomic) {
    const found = await findBefore(pointer, run);
    if ("verdict" in found) return found.verdict;
    if (isSame(found.value, after)) return alreadyThere;
    if (!isSame(found.value, before)) return changedSincePlanned(before, found.value);
  }

  const [first, second] = stepsOf(change);
  const moved = await takeStep(pointer, first, run, isAtomic);
  if (second === undefined) return moved;
  if (moved.status !== "applied") {
    if (moved.reason !== "unconfirmed") return moved;
    return failed("unconfirmed", `${moved.error ?? ""}; it may be moved and not locked yet`);
  }
  const locked = await takeStep(pointer, second, run, isAtomic);
  if (locked.status === "applied") return applied;
  if (locked.reason === "changed-since-planned") return locked;
  const state = locked.reason === "unconfirmed" ? "not known to be locked" : "not locked yet";
  return failed(
    "not-locked",
    `moved to ${describe(second.from)} but ${state}; run sync again (${locked.error ?? ""})`,
  );
}

/** The value on the remote before the first write. A halt doesn't wait for a listing that nothing depends on yet. */
async function findBefore(pointer: string, run: Run): Promise<{ value: Value } | { verdict: Verdict }> {
  const { halt, families } = run;
  const listing = families.before(pointer).then(
    (value) => ({ value }),
    (error: unknown) => ({ verdict: notListed(toRemoteError(error), run) }),
  );
  const found = await Promise.race([listing, halt.halted]);
  return "value" in found && halt.verdict !== undefined ? { verdict: halt.verdict } : found;
}

function notListed(error: RemoteError, { halt }: Run): Verdict {
  halt.gaveUp(error);
  const isNo = error.outcome === "refused" && error.code === "remote-refused";
  const reason = error.status === 401 ? "unauthorized" : isNo ? "refused" : "not-listed";
  return failed(reason, `nothing was written, because its value could not be read first: ${withHint(error)}`);
}
