import type { RunStore } from "../store/run-store.ts";
import type { RunHead, RunProgress } from "./run-text.ts";

/** A run as it is known to everybody. */
export interface RecordedRun {
  readonly head: RunHead;
  readonly progress: RunProgress;
  /** The id of the token that asked for it. */
  readonly token: string;
}

/** Writes down what becomes of runs, beside them: no run waits until it is on disk that it began or ended. */
export class RunLog {
  readonly #store: RunStore;
  readonly #onError: (error: unknown, runId: string) => void;
  /** What is being written, by run: the end of one waits for its beginning. */
  readonly #writes = new Map<string, Promise<void>>();

  constructor(store: RunStore, onError: (error: unknown, runId: string) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** @returns what settles once that is durable, and rejects where it could not be written; nobody has to wait */
  begin(head: RunHead, made: { readonly token: string; readonly async: boolean }): Promise<void> {
    const { id, pointer, pipelineId, createdAt } = head;
    return this.#write(id, () =>
      this.#store.start({ id, pointer, pipeline_id: pipelineId, created_at: createdAt, ...made }),
    );
  }

  end(id: string, { state, updatedAt, outputs, error }: RunProgress): void {
    const isDone = state === "completed" || state === "no_resources_available" ? state : "failed";
    void this.#write(id, () =>
      this.#store.finish(id, {
        state: isDone,
        updated_at: updatedAt,
        outputs: outputs === "null" ? null : outputs,
        error,
      }),
    );
  }

  /** What is written of a run, this process's own last words included; null where nothing is. */
  async read(id: string): Promise<RecordedRun | null> {
    await this.#writes.get(id);
    const found = await this.#store.get(id);
    if (found === null) return null;
    const { pointer, pipeline_id, created_at, updated_at, state, outputs, error, token } = found;
    return {
      head: { id, pointer, pipelineId: pipeline_id, createdAt: created_at },
      progress: { state, updatedAt: updated_at, outputs: outputs ?? "null", error },
      token,
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#writes.values());
  }

  #write(id: string, work: () => Promise<void>): Promise<void> {
    const writing = (this.#writes.get(id) ?? Promise.resolve()).then(work);
    const written = writing
      .catch((error: unknown) => this.#onError(error, id))
      .finally(() => {
        if (this.#writes.get(id) === written) this.#writes.delete(id);
      });
    this.#writes.set(id, written);
    return writing;
  }
}
