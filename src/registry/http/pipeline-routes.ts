import type { FastifyInstance } from "fastify";
import validateCreate from "../../wire/pipeline-create.schema.json?validator";
import validatePatch from "../../wire/pipeline-patch.schema.json?validator";
import { type WirePipelineCreate, type WirePipelinePatch, pipelinePath } from "../../wire/pipeline.ts";
import { checkEndpoints } from "../gateway/endpoints.ts";
import type { UpstreamRule } from "../gateway/upstream-rule.ts";
import type { PipelineStore } from "../store/pipeline-store.ts";
import { authorOf } from "./author.ts";
import { type Caller, demand, reaches, usernamesOf } from "./caller.ts";
import { readBody, readQuery } from "./read-request.ts";

const read = { config: { entry: "read" } } as const;
const write = { config: { entry: "write" } } as const;

/**
 * The calls on pipelines.
 * @param upstreamRules where pipelines may run; null for anywhere
 */
export function pipelineRoutes(
  app: FastifyInstance,
  pipelines: PipelineStore,
  upstreamRules: readonly UpstreamRule[] | null,
): void {
  app.get(pipelinePath, read, async ({ query, caller }) => {
    const { skip, limit, name } = readQuery(query);
    return pipelines.list({ skip, limit, name, usernames: usernamesOf(caller) });
  });
  app.post(pipelinePath, write, async (request, reply) => {
    const body = readBody(validateCreate, request.body) as WirePipelineCreate;
    demand(request.caller, "write", body.name);
    checkEndpoints(body["extras"], upstreamRules);
    return reply.code(201).send(await pipelines.publish(body, authorOf(request)));
  });
  app.get<OfId>(`${pipelinePath}/:id`, read, async ({ params, caller }) => {
    const pipeline = await pipelines.get(params.id);
    demand(caller, "read", pipeline.name);
    return pipeline;
  });
  app.patch<OfId>(`${pipelinePath}/:id`, write, async (request) => {
    const { params, caller } = request;
    const body = readBody(validatePatch, request.body) as WirePipelinePatch;
    await demandWrite(caller, params.id);
    checkEndpoints(body["extras"], upstreamRules);
    return pipelines.patch(params.id, body, authorOf(request), ({ name }) => demand(caller, "admin", name));
  });
  app.delete<OfId>(`${pipelinePath}/:id`, write, async (request, reply) => {
    const { id } = request.params;
    const { force } = readQuery(request.query);
    await demandWrite(request.caller, id);
    const owns = (pointer: string): boolean => reaches(request.caller, pointer);
    await pipelines.delete(id, authorOf(request), { force, owns });
    return reply.code(204).send();
  });

  async function demandWrite(caller: Caller, id: string): Promise<void> {
    if (caller.usernames !== null) demand(caller, "write", (await pipelines.get(id)).name);
  }
}

interface OfId {
  Params: { id: string };
}
