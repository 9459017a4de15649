import type { RunFailure } from "./run-failure.ts";
import { type RunHead, type RunProgress, secondsNow } from "./run-text.ts";

export type RunEnd = Pick<RunProgress, "state" | "outputs" | "error">;

/** One run from its start to its end, which comes once: what happens later is too late. */
export class Run {
  readonly head: RunHead;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #listeners: ((end: RunProgress) => void)[] = [];
  #end: RunProgress | undefined;

  /** @param slow how it ends after `patience` milliseconds */
  constructor(head: RunHead, patience: number, slow: RunFailure) {
    this.head = head;
    this.#timer = setTimeout(() => this.abort(slow), patience);
    this.#timer.unref();
  }

  /** Aborted with the failure that ends the run early: what is under way for it then stops. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(failure: RunFailure): void {
    if (this.#end !== undefined) return;
    this.#controller.abort(failure);
    this.end({ state: failure.meaning.state, outputs: "null", error: failure.runError });
  }

  end(end: RunEnd): RunProgress {
    if (this.#end !== undefined) return this.#end;
    clearTimeout(this.#timer);
    this.#end = { ...end, updatedAt: secondsNow() };
    for (const listener of this.#listeners) listener(this.#end);
    return this.#end;
  }

  onEnd(listener: (end: RunProgress) => void): void {
    if (this.#end === undefined) this.#listeners.push(listener);
    else listener(this.#end);
  }
}
