import type { Dispatcher } from "undici";
import { type ContainerAnswer, readContainerAnswer } from "./container-answer.ts";
import type { GatewayLimits } from "./limits.ts";
import { readBody } from "./read-body.ts";
import { readLines } from "./read-lines.ts";
import { relayLines } from "./relay-lines.ts";
import type { Run } from "./run.ts";
import { type GatewayAnswer, answerFailure } from "./run-answer.ts";
import { RunFailure } from "./run-failure.ts";
import type { RunRequest } from "./run-request.ts";
import { runText } from "./run-text.ts";
import { type Upstream, failureOf } from "./upstream.ts";
import type { Posted, Upstreams } from "./upstreams.ts";

/** What it takes to send one run to a container. */
export interface Forwarding {
  /** The pipeline's, with its endpoints. */
  readonly extras: unknown;
  readonly request: RunRequest;
  readonly correlationId: string;
  readonly upstreams: Upstreams;
  readonly limits: GatewayLimits;
}

/** Sends a run, and ends it with what its container answers. */
export async function forwardRun(forwarding: Forwarding, run: Run): Promise<GatewayAnswer> {
  const { limits, request } = forwarding;
  try {
    const { upstream, answer } = await post(forwarding, run, "run");
    const text = await readBody(answer.body, limits.response);
    const read = judge(upstream, () =>
      readContainerAnswer(answer.statusCode, text, answer.headers["retry-after"]),
    );
    if (
      request.isAsync &&
      read.kind === "completed" &&
      Buffer.byteLength(read.outputs) > limits.keptOfBackground
    ) {
      const most = limits.keptOfBackground;
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
  const { limits } = forwarding;
  try {
    const { upstream, answer } = await post(forwarding, run, "stream");
    if (answer.statusCode !== 200) {
      const text = await readBody(answer.body, limits.response);
      const retryAfter = answer.headers["retry-after"];
      return answerResult(
        run,
        judge(upstream, () => readContainerAnswer(answer.statusCode, text, retryAfter)),
      );
    }
    const lines = readLines(answer.body, limits.response);
    const first = await lines.next();
    const line = first.done === true ? "" : first.value;
    const read = judge(upstream, () => readContainerAnswer(200, line));
    if (read.kind === "completed") {
      return { status: 200, retryAfter: null, body: relayLines(run, read.outputs, lines) };
    }
    await lines.return();
    return answerResult(run, read);
  } catch (error) {
    return answerFailure(run, failureOf(error));
  }
}

async function post(
  { extras, request, correlationId, upstreams, limits }: Forwarding,
  run: Run,
  call: Posted["call"],
): Promise<{ upstream: Upstream; answer: Dispatcher.ResponseData }> {
  const usable = upstreams.of(extras);
  if (request.waits) await upstreams.load(usable, run.signal);
  const posted = await upstreams.post(usable, {
    call,
    body: `{"run_id":"${run.record.id}","inputs":${request.inputs},"async_run":false,"callback_url":null}`,
    correlationId,
    patience: request.isAsync ? limits.background : limits.answer,
    signal: run.signal,
  });
  run.onEnd(posted.done);
  return posted;
}

/** Learns from a container's answer how the container is. */
function judge(upstream: Upstream, read: () => ContainerAnswer): ContainerAnswer {
  try {
    const answer = read();
    const isBroken = answer.kind === "failed" && answer.error.type === "startup_error";
    upstream.heard(isBroken ? "failed" : "up");
    return answer;
  } catch (error) {
    if (error instanceof RunFailure) upstream.heard(error.kind === "loading" ? "loading" : "failed");
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
    return { status: 422, retryAfter: null, body: JSON.stringify({ detail: read.detail }) };
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
