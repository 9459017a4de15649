import type { Cause } from "../model/plan.ts";
import type { CommitInfo } from "../model/repo.ts";
import type { Current } from "../plan/current.ts";
import { resolveChain } from "../plan/resolve-chain.ts";
import type { Desired, PointerValue } from "../model/pointer.ts";
import type { HistorySource } from "./entries.ts";
import { pastValue } from "./past-value.ts";
import { type PastState, type Step, timeline } from "./timeline.ts";

export interface CauseQuestion {
  /** The pointers that differ, with what the remote says of each. */
  readonly values: ReadonlyMap<string, PointerValue>;
  /** The remote's listing: versions never move, so today's ids are those of any past commit. */
  readonly current: Current;
  /** What the commit at hand declares. */
  readonly desired: Desired;
  /** The branch's first-parent commits that the commit at hand does not have. */
  readonly newer: ReadonlySet<string>;
}

/**
 * Which commit said what the remote says, for each pointer: a newer one (`ahead`) before an earlier one
 * (`behind`), and none at all (`drift`). A past state that could not be read, or in which the chain
 * led nowhere or through other people's pointers, proves nothing.
 */
export async function causesOf(
  { values, current, desired, newer }: CauseQuestion,
  source: HistorySource,
): Promise<Map<string, Cause>> {
  const causes = new Map<string, Cause>();
  const open = new Map(values);
  const says = (pointer: string, state: PastState): boolean => {
    const past = pastValue(pointer, state, source.isExternal);
    const now = values.get(pointer);
    if (past === null || past.trouble !== null || past.isExternal || now === undefined) return false;
    const id = past.via.at(-1) === past.pipeline ? current.get(past.pipeline)?.pipeline : past.pipeline;
    return id === now.pipeline && past.locked === now.locked;
  };
  const judge = (pointer: string, step: Step): void => {
    const isNewer = newer.has(step.commit.id);
    const kind = isNewer ? "ahead" : "behind";
    // A newer commit made the branch say so; or an earlier one made it no longer say so.
    if (!says(pointer, isNewer ? step.after : step.before)) return;
    causes.set(pointer, causeBy(kind, step.commit));
    open.delete(pointer);
  };

  // Which open pointers a declaration matters to. One that led elsewhere before stays noted: no harm.
  const watchers = new Map<string, Set<string>>();
  const watch = (pointer: string, state: PastState): void => {
    for (const name of [pointer, ...(pastValue(pointer, state, source.isExternal)?.via ?? [])]) {
      const known = watchers.get(name);
      if (known === undefined) watchers.set(name, new Set([pointer]));
      else known.add(pointer);
    }
  };
  let isFirst = true;
  for await (const step of timeline(source.repo, source.tip, source.root)) {
    if (isFirst) for (const pointer of open.keys()) watch(pointer, step.after);
    isFirst = false;
    const affected = new Set<string>();
    for (const name of step.touched) for (const pointer of watchers.get(name) ?? []) affected.add(pointer);
    for (const pointer of affected) {
      if (!open.has(pointer)) continue;
      judge(pointer, step);
      watch(pointer, step.before);
    }
    if (open.size === 0) break;
  }
  const isShallow = open.size > 0 && (await source.repo.isShallow());
  for (const pointer of open.keys()) {
    const isExternal = resolveChain(pointer, desired).end?.kind === "external";
    causes.set(pointer, { kind: isExternal ? "external" : isShallow ? "unknown" : "drift" });
  }
  return causes;
}

function causeBy(kind: Cause["kind"], { id, author, date, subject }: CommitInfo): Cause {
  return { kind, commit: id, author, date, subject };
}
