import { WireError, isRecord } from "./wire-error.ts";

/** What of a pipeline matters to both ends; all other fields are kept and returned as they came. */
export interface WirePipeline {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** Seconds since 1970: the official client parses a number. */
  readonly created_at: number;
}

export const pipelinePath = "/v4/pipelines";

export const pipelineCreateSchema = {
  type: "object",
  required: ["name", "image"],
  additionalProperties: true,
  properties: {
    name: { type: "string" },
    image: { type: "string", minLength: 1 },
    input_variables: { type: "array" },
    output_variables: { type: "array" },
    extras: { type: ["object", "null"] },
  },
} as const;

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
