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
