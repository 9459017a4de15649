import { readContainerAnswer } from "./container-answer.ts";
import { type Run, secondsNow } from "./run.ts";
import { RunFailure } from "./run-failure.ts";
import { runText } from "./run-text.ts";
import { failureOf } from "./upstream.ts";

/**
 * The lines of a streamed run. An object, not a generator: that would keep its last line while it waits for the next,
 * and lines may be large.
 */
export interface RunLines {
  /** The next one, when it has come; null at their end. Asked for one at a time. */
  readonly next: () => Promise<string | null>;
  /** Closes the connection to the container. */
  readonly close: () => void;
}

/**
 * A container's lines as lines of a run. Once begun, an answer can only be told from a whole one by its last
 * line: what breaks it becomes a line with an error.
 * @param outputs the first line's
 * @param depth as for `readContainerAnswer`
 */
export function relayLines(
  run: Run,
  outputs: string,
  lines: AsyncGenerator<string, void>,
  depth: number,
): RunLines {
  let first: string | null = outputs;
  let isOver = false;
  const nextOutputs = async (): Promise<string | null> => {
    const { done, value } = await lines.next();
    if (done === true) {
      run.end({ state: "completed", outputs: null, error: null });
      return null;
    }
    const read = readContainerAnswer(200, value, depth);
    if (read.kind === "completed") return line(run, read.outputs);
    isOver = true;
    const error = read.kind === "failed" ? read.error : null;
    return `${runText(run.end({ state: "failed", outputs: null, error }))}\n`;
  };
  const close = (): void => void lines.return();
  const next = async (): Promise<string | null> => {
    if (isOver) return null;
    if (first !== null) {
      const begun = line(run, first);
      first = null;
      return begun;
    }
    try {
      return await nextOutputs();
    } catch (error) {
      isOver = true;
      const failure = failureOf(error);
      const told = failure instanceof RunFailure ? failure : new RunFailure("lost", "the registry failed");
      return `${runText(run.fail(told))}\n`;
    } finally {
      if (isOver) close();
    }
  };
  return { next, close };
}

function line(run: Run, outputs: string): string {
  return `${runText({ ...run.record, updated_at: secondsNow(), outputs })}\n`;
}
