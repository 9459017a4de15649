import validateRun from "../../wire/run-create.schema.json?validator";
import type { WireRunCreate } from "../../wire/run.ts";
import { isRecord } from "../../wire/wire-error.ts";
import { readBody } from "../http/read-request.ts";
import { jsonMembers } from "./json-members.ts";

/** A run as its caller asks for it. */
export interface RunRequest {
  /** A pointer's name or a pipeline's id. */
  readonly target: string;
  /** JSON text, as the caller wrote it. */
  readonly inputs: string;
  readonly isAsync: boolean;
  /** Whether to wait for a container that is loading. */
  readonly waits: boolean;
}

/** A body that was read: its text is kept beside its value. */
export interface RawJson {
  readonly text: string;
  readonly value: unknown;
}

/**
 * A request's body. Of it only the inputs will go to a container.
 * @throws Refusal 422
 */
export function readRunRequest(body: RawJson | undefined): RunRequest {
  const { pipeline, inputs, async_run, wait_for_resources } = readBody(
    validateRun,
    upToFirstFault(body?.value),
  ) as WireRunCreate;
  return {
    target: pipeline,
    inputs: inputs == null ? "[]" : (jsonMembers(body?.text ?? "{}").get("inputs") ?? "[]"),
    isAsync: async_run === true,
    waits: wait_for_resources === true,
  };
}

/** Of the inputs those up to the first that is none: each would be told of, and there may be millions in 16 MiB. */
function upToFirstFault(body: unknown): unknown {
  if (!isRecord(body) || !Array.isArray(body["inputs"])) return body;
  const inputs: readonly unknown[] = body["inputs"];
  const first = inputs.findIndex((input) => !isRecord(input));
  return first === -1 ? body : { ...body, inputs: inputs.slice(0, first + 1) };
}
