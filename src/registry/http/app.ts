import Fastify, { type FastifyInstance } from "fastify";
import { correlationHeader } from "../../wire/error-body.ts";
import { authorise } from "./authorise.ts";
import { correlationId } from "./correlation-id.ts";
import { type Logger, answerBrokenRequest, answerError } from "./error-answers.ts";
import { readJson } from "./read-json.ts";
import { pipelineRoutes } from "./pipeline-routes.ts";
import { pointerRoutes } from "./pointer-routes.ts";
import type { Store } from "../store.ts";

/**
 * The registry's v4 API on a store, ready for `listen` or `inject`. It neither opens nor closes the store.
 *
 * Its routes have no fastify schemas on purpose: requests are read by validators compiled while
 * building, since loading fastify's own compilers costs a short command 50 ms.
 * @param options.token what callers must send as `Authorization: Bearer …`; null only in-process, for no check
 * @param options.logger is told of every answer 5xx, with its correlation id
 */
export function createApp(options: { store: Store; token: string | null; logger?: Logger }): FastifyInstance {
  const onError = answerError(options.logger);
  const app = Fastify({
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    genReqId: ({ headers }) => correlationId(headers[correlationHeader]),
    // While closing, requests under way and on open connections are still answered.
    return503OnClosing: false,
    requestTimeout: 60_000,
    frameworkErrors: (error, request, reply) => {
      void reply.header(correlationHeader, request.id);
      onError(error, request, reply);
    },
    clientErrorHandler: answerBrokenRequest,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, readJson);
  app.setErrorHandler(onError);
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ detail: "Not Found" }));
  app.addHook("onRequest", async (request, reply) => {
    void reply.header(correlationHeader, request.id);
  });
  if (options.token !== null) app.addHook("onRequest", authorise(options.token, ["/healthz"]));

  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/v4/tokens/validate", async () => ({ valid: true }));
  pointerRoutes(app, options.store.pointers);
  pipelineRoutes(app, options.store.pipelines);
  return app;
}

/** Given in place of fastify's compilers, which it would load though nothing needs them. */
function noSchemas(): never {
  throw new Error("a route has a fastify schema");
}
