import { type WireRunError, isOutput, readRunError } from "../../wire/run.ts";
import { isRecord } from "../../wire/wire-error.ts";
import { explainBrackets } from "../http/read-json.ts";
import { jsonMembers } from "./json-members.ts";
import { RunFailure } from "./run-failure.ts";

/** How a run ended in its container. */
export type ContainerAnswer =
  /** `outputs` is JSON text, as the container wrote it. */
  | { readonly kind: "completed"; readonly outputs: string }
  /** The pipeline itself failed; `status` is what the caller gets. */
  | { readonly kind: "failed"; readonly status: 200 | 400 | 502; readonly error: WireRunError }
  /** The container refuses the request: FastAPI's `detail`, as JSON text too. */
  | { readonly kind: "refused"; readonly detail: string };

/** Seconds, where a container that is loading does not say how long it will take. */
const loadingTime = 5;
const longestRetryAfter = 3600;

/**
 * What a container's answer to a run means.
 * @param depth how many arrays and objects may stand in one another
 * @throws RunFailure loading or garbled
 */
export function readContainerAnswer(
  status: number,
  text: string,
  depth: number,
  retryAfter?: string | string[],
): ContainerAnswer {
  if (status >= 300 && status < 400) {
    throw new RunFailure("garbled", "the container answers with a redirect, which is never followed");
  }
  const body = parse(text, depth);
  const error = errorOf(body);
  if (error?.type === "pipeline_loading" || (status === 503 && error === null)) {
    throw new RunFailure("loading", "the pipeline is still loading", { retryAfter: seconds(retryAfter) });
  }
  if (error !== null && isRunStatus(status)) {
    return { kind: "failed", status: status === 500 ? 502 : status, error };
  }
  if (status === 422 && isRecord(body) && "detail" in body)
    return { kind: "refused", detail: memberOf(text, "detail") };
  if (status !== 200)
    throw new RunFailure("garbled", `the container answers ${status}, which is no run's result`);
  if (!isRecord(body) || !isOutputs(body["outputs"])) {
    throw new RunFailure("garbled", "the container's answer is no run's result");
  }
  return { kind: "completed", outputs: memberOf(text, "outputs") };
}

function memberOf(text: string, name: string): string {
  return jsonMembers(text).get(name) ?? "null";
}

function isRunStatus(status: number): status is 200 | 400 | 500 {
  return status === 200 || status === 400 || status === 500;
}

/** An exception that the container did not expect has its text in place of an object. */
function errorOf(body: unknown): WireRunError | null {
  if (!isRecord(body)) return null;
  const { error, traceback } = body;
  const read = typeof error === "string" ? readRunError({ message: error, traceback }) : readRunError(error);
  return read === null ? null : { ...read, type: isKnown(read.type) ? read.type : "unknown" };
}

const known =
  "input_error cuda_oom cuda_error oom pipeline_error startup_error pipeline_loading timeout unknown".split(
    " ",
  );

function isKnown(type: string): type is WireRunError["type"] {
  return known.includes(type);
}

function isOutputs(outputs: unknown): boolean {
  return outputs === null || (Array.isArray(outputs) && outputs.every(isOutput));
}

/** Retry-After as seconds; its other form, a date, is not worth a clock. */
function seconds(header: string | string[] | undefined): number {
  const value = typeof header === "string" && /^\d{1,6}$/.test(header) ? Number(header) : loadingTime;
  return Math.min(Math.max(value, 1), longestRetryAfter);
}

/** Looked through first: of a small text may come more than there is memory. */
function parse(text: string, depth: number): unknown {
  const reason = explainBrackets(text, depth);
  if (reason !== null) throw new RunFailure("garbled", `the container's answer ${reason}`);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
