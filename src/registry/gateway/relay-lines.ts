import { readContainerAnswer } from "./container-answer.ts";
import { type Run, secondsNow } from "./run.ts";
import { RunFailure } from "./run-failure.ts";
import { runText } from "./run-text.ts";
import { failureOf } from "./upstream.ts";

/**
 * A container's lines as lines of a run, each sent when somebody takes it. Once begun, an answer can only
 * be told from a whole one by its last line: what breaks it becomes a line with an error.
 * @param outputs the first line's
 */
export async function* relayLines(
  run: Run,
  outputs: string,
  lines: AsyncGenerator<string, void>,
): AsyncGenerator<string, void> {
  try {
    yield line(run, outputs);
    for await (const text of lines) {
      const read = readContainerAnswer(200, text);
      if (read.kind !== "completed") {
        const error = read.kind === "failed" ? read.error : null;
        yield `${runText(run.end({ state: "failed", outputs: null, error }))}\n`;
        return;
      }
      yield line(run, read.outputs);
    }
    run.end({ state: "completed", outputs: null, error: null });
  } catch (error) {
    const failure = failureOf(error);
    const told = failure instanceof RunFailure ? failure : new RunFailure("lost", "the registry failed");
    yield `${runText(run.fail(told))}\n`;
  } finally {
    // For a caller that left: the connection to the container is closed.
    await lines.return();
  }
}

function line(run: Run, outputs: string): string {
  return `${runText({ ...run.record, updated_at: secondsNow(), outputs })}\n`;
}
