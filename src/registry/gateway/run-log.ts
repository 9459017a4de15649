import type { RunRecord, RunStore } from "../store/run-store.ts";

/** Milliseconds for which records wait for others, and bytes of outputs beyond which they don't. */
const [interval, crowd] = [250, 8 * 2 ** 20];

/**
 * Writes down what becomes of runs, beside them and several at a time: no run waits until it is on disk
 * that it began or ended, and one that ends soon costs one write.
 */
export class RunLog {
  readonly #store: RunStore;
  readonly #onError: (error: unknown, runId: string) => void;
  #waiting = new Map<string, RunRecord>();
  #size = 0;
  /** What is being written, and the promise of that. */
  #writing = new Map<string, RunRecord>();
  #written = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /** @param onError told of a record that cannot be written, which is then given up */
  constructor(store: RunStore, onError: (error: unknown, runId: string) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  put(run: RunRecord): void {
    this.#waiting.set(run.id, run);
    this.#size += run.outputs?.length ?? 0;
    if (this.#size > crowd) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), interval).unref();
  }

  /** A run as it was last put, written or not; null where there is none. */
  async read(id: string): Promise<RunRecord | null> {
    return this.#waiting.get(id) ?? this.#writing.get(id) ?? (await this.#store.get(id));
  }

  /**
   * Writes what waits.
   * @returns the ids of the runs that could not be written
   */
  flush(): Promise<readonly string[]> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const after = this.#written.then(() => this.#write());
    this.#written = after.then(() => undefined);
    return after;
  }

  async #write(): Promise<readonly string[]> {
    if (this.#waiting.size === 0) return [];
    [this.#writing, this.#waiting, this.#size] = [this.#waiting, new Map(), 0];
    const lost = await this.#save([...this.#writing.values()]);
    this.#writing = new Map();
    return lost;
  }

  /** One that cannot be written does not take the others along. */
  async #save(runs: readonly RunRecord[]): Promise<readonly string[]> {
    try {
      await this.#store.save(runs);
      return [];
    } catch (error) {
      const [first, ...others] = runs;
      if (first === undefined) return [];
      if (others.length > 0) return (await Promise.all(runs.map((run) => this.#save([run])))).flat();
      this.#onError(error, first.id);
      return [first.id];
    }
  }
}
