import type { Share } from "../budget.ts";
import type { RunRecord } from "../store/run-store.ts";
import { RunFailure } from "./run-failure.ts";

export type RunEnd = Pick<RunRecord, "outputs" | "error"> & {
  readonly state: Exclude<RunRecord["state"], "running">;
};

/** One run from its start to its end, which comes once: what happens later is too late. */
export class Run {
  readonly #timer: NodeJS.Timeout;
  readonly #onEnd: ((run: RunRecord) => void)[] = [];
  readonly #onAbort: ((failure: RunFailure) => void)[] = [];
  /** What its answer takes of the memory for large ones. */
  share: Share | null = null;
  /** The container that it was last sent to; null where it was not. */
  endpoint: string | null = null;
  #record: RunRecord;
  #failure: RunFailure | undefined;

  /** @param patience milliseconds after which it has failed */
  constructor(begun: RunRecord, patience: number) {
    this.#record = begun;
    this.#timer = setTimeout(
      () => this.abort(new RunFailure("slow", `the run took longer than ${patience / 1000} s`)),
      patience,
    ).unref();
  }

  /** As it is now. */
  get record(): RunRecord {
    return this.#record;
  }

  /** Why it has no result of its container; undefined where it has, or goes on. */
  get failure(): RunFailure | undefined {
    return this.#failure;
  }

  /** Ends it without a result of its container. */
  fail(failure: RunFailure): RunRecord {
    if (this.#record.state === "running") this.#failure = failure;
    return this.end({ state: failure.meaning.state, outputs: null, error: failure.runError });
  }

  /**
   * Ends it early. What is under way for it then stops, for the reason of this failure.
   */
  abort(failure: RunFailure): void {
    if (this.#record.state !== "running") return;
    this.#failure = failure;
    for (const listener of this.#onAbort) listener(failure);
    this.fail(failure);
  }

  onAbort(listener: (failure: RunFailure) => void): void {
    if (this.#failure === undefined) this.#onAbort.push(listener);
    else listener(this.#failure);
  }

  /** The same as a signal, for what takes nothing else: most runs do without. */
  signal(): AbortSignal {
    const controller = new AbortController();
    this.onAbort((failure) => controller.abort(failure));
    return controller.signal;
  }

  /** @returns it as it is then */
  end(end: RunEnd): RunRecord {
    if (this.#record.state !== "running") return this.#record;
    clearTimeout(this.#timer);
    const { id, pointer, pipeline_id, token, async, created_at } = this.#record;
    const { state, outputs, error } = end;
    const updated_at = secondsNow();
    this.#record = { id, pointer, pipeline_id, token, async, created_at, updated_at, state, outputs, error };
    for (const listener of this.#onEnd) listener(this.#record);
    return this.#record;
  }

  onEnd(listener: (run: RunRecord) => void): void {
    if (this.#record.state === "running") this.#onEnd.push(listener);
    else listener(this.#record);
  }
}

/** Since 1970, as the API has times. */
export function secondsNow(): number {
  return Date.now() / 1000;
}
