import { backOff } from "../remotes/clock.ts";
import type { ResultReason } from "../model/report.ts";
import { isSame } from "../pointer/is-same.ts";
import { RemoteError, tooMany } from "../remotes/remote-error.ts";
import type { Run } from "./run.ts";
import type { Step } from "./steps.ts";
import { toRemoteError, withHint } from "./to-remote-error.ts";
import { describe, type Value } from "./value.ts";
import { alreadyThere, applied, changedSincePlanned, failed, type Verdict } from "./verdict.ts";

const longestDelay = 8000;
/** Writes of a step that the remote answered with a 409, 412 or 404 its own listing doesn't bear out. */
const contradicted = 2;
/** The remote compared, and did not set. */
const preconditionFailed = 412;

/**
 * One write, until it is confirmed (contract: a write is done when it is confirmed). An answer with the
 * wanted value confirms it; anything else has the family listed again, and only where that still shows the
 * old value is it written again, unless the remote said a definite no.
 * @param isAtomic the remote is told what it has to have for the write, and does it only then
 */
export async function takeStep(pointer: string, step: Step, run: Run, isAtomic: boolean): Promise<Verdict> {
  const { families, halt, attempts, delay, clock, onEvent } = run;
  // Of all tries so far, the remote is known not to have done any.
  let isUntouched = true;
  for (let tries = 1; ; tries += 1) {
    const error = await write(pointer, step, run, isAtomic);
    if (error === undefined) {
      halt.answered();
      return applied;
    }
    if (error.outcome === "refused") return refused(error, run);
    isUntouched &&= isNotDone(error);

    let now: Value;
    try {
      now = await families.now(pointer);
    } catch (cause) {
      return isUntouched
        ? notListed(toRemoteError(cause), error, run)
        : unconfirmed(toRemoteError(cause), error, run);
    }
    if (isSame(now, step.to)) {
      halt.answered();
      return isUntouched && error.status === preconditionFailed ? alreadyThere : applied;
    }
    if (!isSame(now, step.from)) {
      halt.answered();
      return changedSincePlanned(step.from, now);
    }
    if (error.outcome === "conflict" && step.from === null) return nameTaken(pointer, error, run);
    // The pointer is as it was, so it is the target that is missing: to ask again would not make it.
    if (error.outcome === "missing" && step.to !== null) return noTarget(step.to.pipeline, error, run);

    const most = error.outcome === "unclear" ? attempts : Math.min(attempts, contradicted);
    if (tries >= most) return gaveUp(tries, now, error, run);
    const ms = backOff(tries, delay, longestDelay);
    onEvent({ type: "retry", pointer, tries, ms, error: error.message });
    await clock.sleep(ms, halt.signal);
    if (halt.interrupted && halt.verdict !== undefined) return halt.verdict;
    if (halt.verdict !== undefined) return gaveUp(tries, now, error, run);
  }
}

/** Sends the write once. Undefined where the answer confirms it; what else came of it as an error. */
async function write(
  pointer: string,
  { from, to }: Step,
  run: Run,
  isAtomic: boolean,
): Promise<RemoteError | undefined> {
  const { remote, halt, onWritten } = run;
  const call = { signal: halt.signal, expected: isAtomic ? from : undefined };
  try {
    if (to === null) {
      await remote.delete(pointer, call);
      onWritten();
      return unclear("the delete was answered, but it is still listed");
    }
    const answer = await (from === null
      ? remote.create(pointer, to, call)
      : remote.update(pointer, to, call));
    onWritten();
    if (answer.pointer === pointer && isSame(answer, to)) return undefined;
    return unclear(`the write was answered, but with ${describe(answer)}`);
  } catch (cause) {
    const error = toRemoteError(cause);
    if (error.outcome !== "refused" && !isNotDone(error)) onWritten();
    return error;
  }
}

/** Whether the remote is known not to have done a write that ended so: it never got it, had too many, or it compared. */
function isNotDone({ isUnsent, status }: RemoteError): boolean {
  return isUnsent || status === tooMany || status === preconditionFailed;
}

function unclear(message: string): RemoteError {
  return new RemoteError(message, { outcome: "unclear" });
}

function refused(error: RemoteError, { halt }: Run): Verdict {
  if (error.code === "interrupted" && halt.verdict !== undefined) return halt.verdict;
  if (error.status === 401 || error.code === "remote-unreachable") halt.gaveUp(error);
  else halt.answered();
  return failed(reasonOf(error), withHint(error));
}

function reasonOf(error: RemoteError): ResultReason {
  if (error.status === 401) return "unauthorized";
  // A pause that is too long to wait for ends.
  return error.code === "remote-unreachable" ? "not-attempted" : "refused";
}

/** A pointer that was not made or moved, since the remote does not have what it shall lead to. */
function noTarget(pipeline: string, error: RemoteError, { halt }: Run): Verdict {
  halt.answered();
  return failed("refused", `${error.message}; is ${describe({ pipeline, locked: false })} the right target?`);
}

function unconfirmed(cause: RemoteError, error: RemoteError, { halt }: Run): Verdict {
  halt.gaveUp(cause);
  return failed(
    "unconfirmed",
    `could not be confirmed: ${error.message}, and then it could not be listed: ${cause.message}; run sync again`,
  );
}

function notListed(cause: RemoteError, error: RemoteError, { halt }: Run): Verdict {
  halt.gaveUp(cause);
  const why =
    error.status !== preconditionFailed
      ? ""
      : "it is no longer as planned, and what it is could not be read: ";
  return failed("not-listed", `nothing was written: ${why}${cause.message}`);
}

function gaveUp(tries: number, now: Value, error: RemoteError, { halt }: Run): Verdict {
  if (error.outcome === "unclear") halt.gaveUp(error);
  else halt.answered();
  const times = tries === 1 ? "one try" : `${tries} tries`;
  return failed("gave-up", `still ${describe(now)} after ${times}: ${error.message}`);
}

async function nameTaken(pointer: string, error: RemoteError, { families, halt }: Run): Promise<Verdict> {
  halt.answered();
  const held = await families.holdsDeleted(pointer).catch(() => false);
  if (!held) return failed("refused", `${error.message}; yet it is not listed`);
  return failed(
    "name-held",
    `a pointer of a deleted pipeline still holds the name; remove that one on the remote first (${error.message})`,
  );
}
