import type { RunRecord, RunStore } from "../store/run-store.ts";
import { Unavailable } from "../store/unavailable.ts";

/** A run's record, and the correlation id of the request that began it, for what goes wrong with it. */
export interface Logged {
  readonly run: RunRecord;
  readonly correlationId: string;
}

/**
 * How much is kept to be written once the store can be reached again: runs, and characters of what came of them. Without
 * their end they would be running for as long as this process lives.
 */
const most = { runs: 10_000, size: 64 * 2 ** 20 };
/** Milliseconds after which that is tried again. */
const pause = 1000;

/** Milliseconds for which records wait for others, and characters beyond which they don't. */
const [interval, crowd] = [250, 8 * 2 ** 20];

/**
 * Writes down what becomes of runs, beside them and several at a time: no run waits until it is on disk
 * that it began or ended, and one that ends soon costs one write.
 */
export class RunLog {
  readonly #store: RunStore;
  readonly #onError: (error: unknown, logged: Logged) => void;
  #waiting = new Map<string, Logged>();
  #size = 0;
  /** What is being written, and the promise of that. */
  #writing = new Map<string, Logged>();
  #written: Promise<unknown> = Promise.resolve();
  /** The write that comes after that, once somebody wants it: it takes all that waits then. */
  #next: Promise<readonly string[]> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Whether the store could not be reached: it is tried again in its time then, however much waits. */
  #isAway = false;

  /** @param onError told of a record that is given up */
  constructor(store: RunStore, onError: (error: unknown, logged: Logged) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  put(run: RunRecord, correlationId: string): void {
    this.#waiting.set(run.id, { run, correlationId });
    this.#size += sizeOf(run);
    if (this.#size > crowd && !this.#isAway) void this.flush();
    else this.#later(this.#isAway ? pause : interval);
  }

  /** A run as it was last put, written or not; null where there is none. */
  async read(id: string): Promise<RunRecord | null> {
    return this.#unwritten(id) ?? (await this.#store.get(id));
  }

  /** About how many bytes its outputs have, or its error. */
  async size(id: string): Promise<number> {
    const run = this.#unwritten(id);
    return run === undefined ? this.#store.size(id) : sizeOf(run);
  }

  #unwritten(id: string): RunRecord | undefined {
    return (this.#waiting.get(id) ?? this.#writing.get(id))?.run;
  }

  /**
   * Writes what waits. What the store cannot take now is tried again later.
   * @returns the ids of the runs that could not be written
   */
  flush(): Promise<readonly string[]> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#written = this.#next ??= this.#written.then(() => this.#write());
    return this.#next;
  }

  /** Writes what waits, once more where that fails, and gives up the rest. */
  async close(): Promise<void> {
    if ((await this.flush()).length > 0) await this.flush();
    clearTimeout(this.#timer);
    for (const logged of this.#waiting.values()) this.#onError(new Error("the registry stops"), logged);
  }

  async #write(): Promise<readonly string[]> {
    this.#next = undefined;
    if (this.#waiting.size === 0) return [];
    [this.#writing, this.#waiting, this.#size] = [this.#waiting, new Map(), 0];
    const lost = await this.#save([...this.#writing.values()]);
    this.#writing = new Map();
    return lost;
  }

  /** One that cannot be written does not take the others along. */
  async #save(logged: readonly Logged[]): Promise<readonly string[]> {
    try {
      await this.#store.save(logged.map(({ run }) => run));
      this.#isAway = false;
      return [];
    } catch (error) {
      if (error instanceof Unavailable) return this.#keep(logged, error);
      const [first, ...others] = logged;
      if (first === undefined) return [];
      if (others.length > 0) return (await Promise.all(logged.map((one) => this.#save([one])))).flat();
      this.#onError(error, first);
      return [first.run.id];
    }
  }

  /** Has them wait again, behind none that came later: unless there are too many, which are given up. */
  #keep(logged: readonly Logged[], error: unknown): readonly string[] {
    this.#isAway = true;
    const waiting = new Map(logged.map((one) => [one.run.id, one]));
    for (const [id, later] of this.#waiting) waiting.set(id, later);
    this.#waiting = waiting;
    this.#size = 0;
    for (const { run } of waiting.values()) this.#size += sizeOf(run);
    for (const [id, oldest] of waiting) {
      if (waiting.size <= most.runs && this.#size <= most.size) break;
      waiting.delete(id);
      this.#size -= sizeOf(oldest.run);
      this.#onError(error, oldest);
    }
    this.#later(pause);
    return logged.map(({ run }) => run.id);
  }

  #later(ms: number): void {
    this.#timer ??= setTimeout(() => void this.flush(), ms).unref();
  }
}

function sizeOf({ outputs, error }: RunRecord): number {
  return (outputs?.length ?? 0) + (error?.message.length ?? 0) + (error?.traceback?.length ?? 0);
}
