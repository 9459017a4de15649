import type { ModelSource } from "../../model/source.ts";
import { pageLimit } from "../../wire/page.ts";
import { pipelinePath, readPipelineSource } from "../../wire/pipeline.ts";
import type { Caller } from "./caller.ts";
import { getPage } from "./get-page.ts";
import { readListing } from "./listing.ts";

/**
 * Where the models of one family's pipelines come from, by id; those that do not say are left out.
 * @throws RemoteError `remote-inconsistent`, and as `Caller.read`
 */
export async function listSources(
  caller: Caller,
  family: string,
  options: { readonly signal?: AbortSignal | undefined; readonly token: string | undefined },
): Promise<Map<string, ModelSource>> {
  const pageAt = (skip: number) => {
    const query = new URLSearchParams({ name: family, skip: String(skip), limit: String(pageLimit) });
    return getPage(caller, `${pipelinePath}?${query.toString()}`, readPipelineSource, options);
  };
  const rows = await readListing(
    pageAt,
    ({ id }) => id,
    ({ name, source }) => (name === family ? source : null),
  );
  return new Map([...rows].flatMap(([id, source]) => (source === null ? [] : [[id, source]])));
}
