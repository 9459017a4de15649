import type { FastifyInstance } from "fastify";
import validateCreate from "../../wire/pipeline-create.schema.json?validator";
import validatePatch from "../../wire/pipeline-patch.schema.json?validator";
import { type WirePipelineCreate, type WirePipelinePatch, pipelinePath } from "../../wire/pipeline.ts";
import { checkEndpoints } from "../gateway/endpoints.ts";
import type { UpstreamRule } from "../gateway/upstream-rule.ts";
import type { PipelineStore } from "../store/pipeline-store.ts";
import type { Author } from "../store/store.ts";
import { readBody, readListingQuery } from "./read-request.ts";

/**
 * The calls on pipelines.
 * @param upstreamRules where pipelines may run; null for anywhere
 */
export function pipelineRoutes(
  app: FastifyInstance,
  pipelines: PipelineStore,
  author: Author,
  upstreamRules: readonly UpstreamRule[] | null,
): void {
  app.get(pipelinePath, async ({ query }) => {
    const { skip, limit, name } = readListingQuery(query);
    return pipelines.list({ skip, limit, name });
  });
  app.post(pipelinePath, async ({ body }, reply) => {
    const upload = readBody(validateCreate, body) as WirePipelineCreate;
    checkEndpoints(upload["extras"], upstreamRules);
    return reply.code(201).send(await pipelines.publish(upload, author));
  });
  app.get<OfId>(`${pipelinePath}/:id`, async ({ params }) => pipelines.get(params.id));
  app.patch<OfId>(`${pipelinePath}/:id`, async ({ params, body }) => {
    const patch = readBody(validatePatch, body) as WirePipelinePatch;
    checkEndpoints(patch["extras"], upstreamRules);
    return pipelines.patch(params.id, patch, author);
  });
  app.delete<Forced>(`${pipelinePath}/:id`, async ({ params, query }, reply) => {
    await pipelines.delete(params.id, author, { force: query.force === "true" });
    return reply.code(204).send();
  });
}

interface Forced {
  Params: { id: string };
  Querystring: { force?: string };
}

interface OfId {
  Params: { id: string };
}
