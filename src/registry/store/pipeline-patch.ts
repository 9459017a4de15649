import { isDeepStrictEqual } from "node:util";
import type { WirePipeline, WirePipelinePatch } from "../../wire/pipeline.ts";
import { isRecord } from "../../wire/wire-error.ts";
import { invalid } from "../refusal.ts";

/** What an upload means, which never changes. */
const frozen = ["name", "image", "input_variables", "output_variables"];

/**
 * A pipeline after a patch: fields that are null stay. Of `extras` only `endpoints` may change; fields
 * of it that the patch leaves out stay too.
 * @throws Refusal 422 for a change of anything that is frozen
 */
export function applyPatch(before: WirePipeline, patch: WirePipelinePatch): Record<string, unknown> {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null));
  for (const field of frozen) refuseChange([field], before[field], given[field]);
  const { extras, ...fields } = given;
  if (!isRecord(extras)) return { ...before, ...fields };
  const known = extrasOf(before);
  for (const [field, value] of Object.entries(extras)) {
    if (field !== "endpoints") refuseChange(["extras", field], known[field], value);
  }
  return { ...before, ...fields, extras: { ...known, ...extras } };
}

/** Where a pipeline runs, as its extras say; null where they say nothing. */
export function endpointsOf(pipeline: Readonly<Record<string, unknown>>): unknown {
  return extrasOf(pipeline)["endpoints"] ?? null;
}

function extrasOf({ extras }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return isRecord(extras) ? extras : {};
}

function refuseChange(place: readonly string[], before: unknown, after: unknown): void {
  if (after === undefined || isDeepStrictEqual(before, after)) return;
  throw invalid(
    ["body", ...place],
    "what was uploaded never changes, but for extras.endpoints: upload a new version",
  );
}
