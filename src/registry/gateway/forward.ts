import type { Budget, Share, Shares } from "../budget.ts";
import { type ContainerAnswer, readContainerAnswer } from "./container-answer.ts";
import type { GatewayLimits } from "./limits.ts";
import { notUtf8, readLines, readWhole } from "./read-lines.ts";
import { relayLines } from "./relay-lines.ts";
import type { Run } from "./run.ts";
import { type GatewayAnswer, answerFailure } from "./run-answer.ts";
import { RunFailure } from "./run-failure.ts";
import type { RunRequest } from "./run-request.ts";
import { runText } from "./run-text.ts";
import { type Sent, type Upstream, failureOf } from "./upstream.ts";
import type { Upstreams } from "./upstreams.ts";

/** What it takes to send one run to a container. */
export interface Forwarding {
  /** The pipeline's, with its endpoints. */
  readonly extras: unknown;
  readonly request: RunRequest;
  readonly correlationId: string;
  readonly upstreams: Upstreams;
  readonly limits: GatewayLimits;
  /** What the containers' answers may take of memory. */
  readonly answers: Budget;
}

/** Sends a run, and ends it with what its container answers: a large answer has its share of the memory in `run.share`. */
export async function forwardRun(forwarding: Forwarding, run: Run): Promise<GatewayAnswer> {
  const { limits, request, upstreams } = forwarding;
  const { uncounted, wait } = roomOf(forwarding, run);
  const room = { uncounted, wait: async (bytes: number) => (run.share = await wait(bytes)) };
  try {
    const sent = sentOf(forwarding, run);
    const { upstream, answer } = await upstreams.send(await usable(forwarding, run), run, (upstream) =>
      upstream.run(sent, limits.response, room, (abort) => run.onAbort(abort)),
    );
    const { status, headers, text } = answer;
    const read = judge(upstream, () =>
      readContainerAnswer(status, text, limits.depth, headers["retry-after"]),
    );
    if (read.kind === "completed" && !answer.isUtf8) throw notUtf8();
    const most = limits.keptOfBackground;
    if (request.isAsync && read.kind === "completed" && Buffer.byteLength(read.outputs) > most) {
      throw new RunFailure("garbled", `the outputs are larger than the ${most} bytes that are kept of them`);
    }
    return answerResult(run, read);
  } catch (error) {
    return answerFailure(run, failureOf(error));
  }
}

/**
 * Sends a run whose outputs come in parts, and ends it with the last of them. What is no stream (an error,
 * a container that is loading) is known by the first line, and answered as for `forwardRun`.
 */
export async function forwardStream(forwarding: Forwarding, run: Run): Promise<GatewayAnswer> {
  const { limits, upstreams } = forwarding;
  const room = roomOf(forwarding, run);
  let lines: AsyncGenerator<string, void> | undefined;
  try {
    const sent = sentOf(forwarding, run);
    const signal = run.signal();
    const { upstream, answer } = await upstreams.send(await usable(forwarding, run), run, (upstream) =>
      upstream.stream(sent, signal),
    );
    const { statusCode, body, headers } = answer;
    lines = statusCode === 200 ? readLines(body, room, limits.response) : readWhole(body, room.uncounted);
    const first = await lines.next();
    const text = first.done === true ? "" : first.value;
    const read = judge(upstream, () =>
      readContainerAnswer(statusCode, text, limits.depth, headers["retry-after"]),
    );
    if (read.kind === "completed") {
      return { status: 200, retryAfter: null, body: relayLines(run, read.outputs, lines, limits.depth) };
    }
    await lines.return();
    return answerResult(run, read);
  } catch (error) {
    // Nobody will ask for the next line, which is what lets go of the memory of this one and of the connection.
    await lines?.return();
    return answerFailure(run, failureOf(error));
  }
}

/** For a run's large answer. A run that has ended waits no more, and lets go of what has come of its answer. */
function roomOf({ answers }: Forwarding, run: Run): Shares {
  const wait = async (bytes: number): Promise<Share> => {
    const share = await answers.wait(bytes, (end) => run.onEnd(end));
    // It may have ended in the moment in which it was given its share.
    if (run.record.state !== "running") share.free();
    return share;
  };
  return { uncounted: answers.uncounted, wait };
}

/** The pipeline's containers, once one of them is ready where the request says to wait for that. */
async function usable({ extras, request, upstreams }: Forwarding, run: Run): Promise<Upstream[]> {
  const found = upstreams.of(extras);
  if (request.waits) await upstreams.load(found, run.signal());
  return found;
}

function sentOf({ request, correlationId, limits }: Forwarding, { record }: Run): Sent {
  return {
    body: `{"run_id":"${record.id}","inputs":${request.inputs},"async_run":false,"callback_url":null}`,
    correlationId,
    patience: request.isAsync ? limits.background : limits.answer,
  };
}

/** Learns from a container's answer how the container is. */
function judge(upstream: Upstream, read: () => ContainerAnswer): ContainerAnswer {
  try {
    const answer = read();
    const isBroken = answer.kind === "failed" && answer.error.type === "startup_error";
    upstream.heard(isBroken ? "failed" : "up");
    return answer;
  } catch (error) {
    if (error instanceof RunFailure && error.kind === "loading") upstream.heard("loading");
    else upstream.doubt();
    throw error;
  }
}

function answerResult(run: Run, read: ContainerAnswer): GatewayAnswer {
  if (read.kind === "refused") {
    const error = {
      type: "input_error",
      message: "the container refuses the inputs",
      traceback: null,
    } as const;
    run.end({ state: "failed", outputs: null, error });
    return { status: 422, retryAfter: null, body: `{"detail":${read.detail}}` };
  }
  const end =
    read.kind === "completed"
      ? run.end({ state: "completed", outputs: read.outputs, error: null })
      : run.end({ state: "failed", outputs: null, error: read.error });
  return {
    status: read.kind === "completed" ? 200 : read.status,
    retryAfter: null,
    body: runText(end),
  };
}
