import { PointsmanError } from "../errors.ts";
import type { Plan } from "../model/plan.ts";
import type { Remote } from "../model/remote.ts";
import type { ResultReason, SyncReport, SyncResult } from "../model/report.ts";
import { type Clock, systemClock } from "../remotes/clock.ts";
import { applyChange } from "./apply-change.ts";
import type { SyncEvent } from "./events.ts";
import { listFamilies } from "./families.ts";
import { Halt } from "./halt.ts";
import type { Run } from "./run.ts";

export interface SyncOptions {
  /** Pointers written at a time. Default 16. */
  readonly concurrency?: number;
  /** Ctrl-C: what is in flight is finished, nothing new is started. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: SyncEvent) => void;
  /** Tries of one write at most. Default 5. */
  readonly attempts?: number;
  /** Milliseconds before the second try; doubled before each further one. Default 250. */
  readonly delay?: number;
  readonly clock?: Clock;
}

/**
 * Applies a plan to the remote it was made for. Every pointer succeeds or fails on its own and is in the
 * report; nothing is overwritten that is no longer as planned; nothing is called applied that the remote was
 * not seen to have. A plan without changes sends no request.
 * @throws PointsmanError `plan-invalid` where the plan is another remote's
 */
export async function sync(plan: Plan, remote: Remote, options: SyncOptions = {}): Promise<SyncReport> {
  if (plan.remote.url !== remote.url) {
    throw new PointsmanError(
      "plan-invalid",
      `the plan was made for ${plan.remote.url}, not for ${remote.url}`,
      {
        hint: "plan again for this remote",
      },
    );
  }
  const { concurrency = 16, signal, onEvent = () => undefined, attempts = 5, delay = 250 } = options;
  const halt = new Halt(signal);
  let written = false;
  const run: Run = {
    remote,
    families: listFamilies(remote, halt.signal),
    halt,
    attempts,
    delay,
    clock: options.clock ?? systemClock,
    onEvent,
    onWritten: () => (written = true),
  };

  const started = isoTime(run.clock);
  const total = plan.changes.length;
  let done = 0;
  onEvent({ type: "start", total });
  const changed: SyncResult[] = [];
  const left = plan.changes.entries();
  const worker = async (): Promise<void> => {
    for (const [index, change] of left) {
      const { pointer, action, before, after, cause } = change;
      const verdict = halt.verdict ?? (await applyChange(change, run));
      const result: SyncResult = { pointer, action, before, after, cause, ...verdict };
      changed[index] = result;
      done += 1;
      onEvent({ type: "result", result, done, total });
    }
  };
  const workers = [worker()];
  while (workers.length < Math.min(concurrency, total)) workers.push(worker());
  // A listener that throws ends its worker: nothing is written any more once that is told.
  const ends = await Promise.allSettled(workers);
  halt.close();
  for (const end of ends) if (end.status === "rejected") throw end.reason;

  const results = [
    ...changed,
    ...plan.blocked.map(({ pointer, message }) => skipped(pointer, "blocked", message)),
    ...plan.superseded.map(({ pointer, commit }) => skipped(pointer, "superseded", overtakenBy(commit))),
  ];
  const count = (status: SyncResult["status"]) => results.filter((result) => result.status === status).length;
  return {
    version: 1,
    commit: plan.commit,
    remote: { name: remote.name, url: remote.url },
    started,
    finished: isoTime(run.clock),
    results,
    summary: {
      applied: count("applied"),
      skipped: count("skipped"),
      failed: count("failed"),
      unchanged: plan.summary.unchanged,
    },
    interrupted: halt.interrupted,
    written,
  };
}

/** A pointer that the plan leaves alone. */
function skipped(pointer: string, reason: ResultReason, error: string): SyncResult {
  return { pointer, action: null, status: "skipped", before: null, after: null, reason, error };
}

function overtakenBy(commit: string): string {
  return `superseded by ${commit.slice(0, 8)}: a newer commit of the branch declares it otherwise`;
}

function isoTime(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
