import type { Run } from "./run.ts";
import type { RunLines } from "./relay-lines.ts";
import { RunFailure } from "./run-failure.ts";
import { runText } from "./run-text.ts";

/** What a caller gets: JSON text, or lines of it as they come. */
export interface GatewayAnswer {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number | null;
  readonly body: string | RunLines;
}

/**
 * Ends a run that has no result of its container. The answer of one that is loading is a run too, since
 * that is where the official client looks; the others are errors in FastAPI's shape that name the run.
 * @param error anything else than a RunFailure is a bug: it is thrown on
 */
export function answerFailure(run: Run, error: unknown): GatewayAnswer {
  const failure = error instanceof RunFailure ? error : new RunFailure("lost", "the registry failed");
  const end = run.fail(failure);
  if (failure !== error) throw error;
  const { message, meaning, retryAfter } = failure;
  const body =
    failure.kind === "loading"
      ? runText(end, message)
      : JSON.stringify({ detail: { message, run_id: run.record.id } });
  return { status: meaning.status, retryAfter, body };
}
