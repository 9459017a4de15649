import type { ModelSource } from "../../model/source.ts";
import { pageLimit, readPage, type WirePage } from "../../wire/page.ts";
import { pipelinePath, readPipelineSource, type WirePipelineSource } from "../../wire/pipeline.ts";
import { notJson, unreadableAnswer } from "./answer-error.ts";
import type { Caller } from "./caller.ts";
import { readListing } from "./listing.ts";
import { parseJson } from "./readable.ts";

/**
 * Where the models of one family's pipelines come from, by id; those that do not say are left out.
 * @throws RemoteError as `Caller.read`, and where the listing cannot be read
 */
export async function listSources(
  caller: Caller,
  family: string,
  { signal, token }: { readonly signal?: AbortSignal | undefined; readonly token: string | undefined },
): Promise<Map<string, ModelSource>> {
  const getPage = async (skip: number): Promise<WirePage<WirePipelineSource>> => {
    const query = new URLSearchParams({ name: family, skip: String(skip), limit: String(pageLimit) });
    const path = `${pipelinePath}?${query.toString()}`;
    const answer = await caller.read(path, signal);
    const body = parseJson(answer.body);
    try {
      return readPage(body, readPipelineSource);
    } catch (error) {
      const why =
        body === undefined ? notJson(answer.body) : String(error instanceof Error ? error.message : error);
      throw unreadableAnswer({ method: "GET", path }, answer, why, { token, code: "remote-inconsistent" });
    }
  };
  const rows = await readListing(getPage, ({ id }) => id);
  return new Map(
    rows.flatMap(({ id, name, source }) => (name === family && source !== null ? [[id, source]] : [])),
  );
}
