import type { FastifyInstance } from "fastify";
import validateStart from "../../wire/start-upload.schema.json?validator";
import { demand } from "./caller.ts";
import { readBody } from "./read-request.ts";

/**
 * What the vendor's client asks before it pushes a pipeline's image. Images are in a Docker registry of the
 * operator's, which takes docker's own login: nothing of it goes through here.
 * @param url where it is: host[:port][/path], as in an image's name
 */
export function imageRegistryRoutes(app: FastifyInstance, url: string): void {
  app.get("/v4/registry", { config: { entry: null } }, async () => ({ url, special_auth: false }));
  app.post("/v4/registry/start-upload", { config: { entry: "write" } }, async (request, reply) => {
    const { pipeline_name } = readBody(validateStart, request.body) as { pipeline_name: string };
    demand(request.caller, "write", pipeline_name);
    return reply.code(201).send({ bearer: "", upload_registry: url, pipeline_name });
  });
}
