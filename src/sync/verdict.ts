import type { ResultReason } from "../model/report.ts";
import { describe, type Value } from "./value.ts";

/** What became of a pointer, without the plan's half of the result. */
export interface Verdict {
  readonly status: "applied" | "skipped" | "failed";
  readonly reason?: ResultReason;
  readonly error?: string;
}

export const applied: Verdict = { status: "applied" };
export const alreadyThere: Verdict = { status: "applied", reason: "already-there" };

export function failed(reason: ResultReason, error: string): Verdict {
  return { status: "failed", reason, error };
}

export function skipped(reason: ResultReason, error: string): Verdict {
  return { status: "skipped", reason, error };
}

export function changedSincePlanned(expected: Value, now: Value): Verdict {
  return failed(
    "changed-since-planned",
    `changed since planned: it was ${describe(expected)} and is now ${describe(now)}; left as it is, plan again`,
  );
}
