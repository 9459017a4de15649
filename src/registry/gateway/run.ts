import type { RunRecord } from "../store/run-store.ts";
import type { RunFailure } from "./run-failure.ts";

export type RunEnd = Pick<RunRecord, "outputs" | "error"> & {
  readonly state: Exclude<RunRecord["state"], "running">;
};

/** One run from its start to its end, which comes once: what happens later is too late. */
export class Run {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #listeners: ((run: RunRecord) => void)[] = [];
  #record: RunRecord;

  /** @param slow how it ends after `patience` milliseconds */
  constructor(begun: RunRecord, patience: number, slow: RunFailure) {
    this.#record = begun;
    this.#timer = setTimeout(() => this.abort(slow), patience).unref();
  }

  /** As it is now. */
  get record(): RunRecord {
    return this.#record;
  }

  /** Aborted with the failure that ends the run early: what is under way for it then stops. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(failure: RunFailure): void {
    if (this.#record.state !== "running") return;
    this.#controller.abort(failure);
    this.end({ state: failure.meaning.state, outputs: null, error: failure.runError });
  }

  /** @returns it as it is then */
  end(end: RunEnd): RunRecord {
    if (this.#record.state !== "running") return this.#record;
    clearTimeout(this.#timer);
    this.#record = { ...this.#record, ...end, updated_at: secondsNow() };
    for (const listener of this.#listeners) listener(this.#record);
    return this.#record;
  }

  onEnd(listener: (run: RunRecord) => void): void {
    if (this.#record.state === "running") this.#listeners.push(listener);
    else listener(this.#record);
  }
}

/** Since 1970, as the API has times. */
export function secondsNow(): number {
  return Date.now() / 1000;
}
