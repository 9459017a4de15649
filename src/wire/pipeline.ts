import { WireError, isRecord } from "./wire-error.ts";

/** What of a pipeline matters to both ends; all other fields are kept and returned as they came. */
export interface WirePipeline {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** Seconds since 1970: the official client parses a number. */
  readonly created_at: number;
  readonly updated_at: number;
  readonly input_variables: readonly unknown[];
  readonly output_variables: readonly unknown[];
  readonly [field: string]: unknown;
}

/** The body of `POST /v4/pipelines`, by pipeline-create.schema.json. */
export interface WirePipelineCreate {
  readonly name: string;
  readonly image: string;
  readonly input_variables?: readonly unknown[] | null;
  readonly output_variables?: readonly unknown[] | null;
  readonly [field: string]: unknown;
}

/** The body of `PATCH /v4/pipelines/{id}`, by pipeline-patch.schema.json: null or absent leaves a field as it is. */
export type WirePipelinePatch = Readonly<Record<string, unknown>>;

/** What of a pipeline's row in a listing says where its model comes from. */
export interface WirePipelineSource {
  readonly id: string;
  readonly name: string;
  /** Null where it does not say. */
  readonly source: { readonly repository: string; readonly commit: string } | null;
}

export const pipelinePath = "/v4/pipelines";

/**
 * The id out of the answer to an upload.
 * @throws WireError where there is none
 */
export function readPipelineId(value: unknown): string {
  if (!isRecord(value) || typeof value["id"] !== "string" || value["id"] === "") {
    throw new WireError('the pipeline has no "id"');
  }
  return value["id"];
}

/** Of a repository: without user, password, query and fragment, where a secret could be. */
const isAddress = /^https?:\/\/[^\s@?#]{1,500}$/;
const isCommit = /^[0-9a-f]{7,64}$/;

/**
 * Where a pipeline's model comes from, out of its row in a listing: `extras.source`, by our own convention; null where it is
 * written in any other way.
 * @throws WireError where it is no pipeline
 */
export function readPipelineSource(value: unknown): WirePipelineSource {
  const id = readPipelineId(value);
  const { name, extras } = value as Record<string, unknown>;
  if (typeof name !== "string") throw new WireError('the pipeline has no "name"');
  const source = isRecord(extras) ? extras["source"] : undefined;
  if (!isRecord(source)) return { id, name, source: null };
  const { repository, commit } = source;
  const isUsable =
    typeof repository === "string" &&
    isAddress.test(repository) &&
    typeof commit === "string" &&
    isCommit.test(commit);
  return { id, name, source: isUsable ? { repository, commit } : null };
}
