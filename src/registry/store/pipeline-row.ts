import type { WirePipeline, WirePipelineCreate } from "../../wire/pipeline.ts";
import type { Tables } from "./tables.ts";

export type PipelineRow = Omit<Tables["pipelines"], "version" | "deleted">;

/** The upload with the registry's own fields. The official client requires both lists of variables. */
export function showPipeline({
  id,
  name,
  image,
  extras,
  body,
  created_at,
  updated_at,
}: PipelineRow): WirePipeline {
  const upload = JSON.parse(body) as WirePipelineCreate;
  return {
    ...upload,
    id,
    name,
    image,
    ...(extras === null ? {} : { extras: JSON.parse(extras) }),
    input_variables: upload.input_variables ?? [],
    output_variables: upload.output_variables ?? [],
    created_at,
    updated_at,
  };
}

/** The fields that have a column of their own, or that a caller cannot choose. */
const apart = new Set(["id", "name", "image", "extras", "created_at", "updated_at"]);

/** The column `body`. */
export function bodyOf(pipeline: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(pipeline).filter(([key]) => !apart.has(key))));
}

/** The column `extras`: apart, since the gateway reads it at each run and the rest may be long. */
export function extrasColumn({ extras }: Readonly<Record<string, unknown>>): string | null {
  return extras === undefined ? null : JSON.stringify(extras);
}
