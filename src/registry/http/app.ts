import Fastify, { type FastifyInstance, type onRequestHookHandler } from "fastify";
import { correlationHeader } from "../../wire/error-body.ts";
import { authorise } from "./authorise.ts";
import { correlationId } from "./correlation-id.ts";
import { answerBrokenRequest, answerError } from "./error-answers.ts";
import { type Limits, defaultLimits } from "./limits.ts";
import { type Log, silentLog } from "./log.ts";
import { jsonReader } from "./read-json.ts";
import { pipelineRoutes } from "./pipeline-routes.ts";
import { pointerRoutes } from "./pointer-routes.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { runRoutes } from "../gateway/run-routes.ts";
import type { Author, Store } from "../store/store.ts";

export interface AppOptions {
  readonly store: Store;
  /** What callers must send as `Authorization: Bearer …`; null only in process, for no check. */
  readonly token: string | null;
  /** Is told of every answer 5xx. */
  readonly log?: Log;
  readonly limits?: Partial<Limits>;
  /** Is told of every change of a pointer. */
  readonly onChange?: (action: "create" | "update" | "delete") => void;
  /** Sends runs to containers; absent in process, where none are taken. */
  readonly gateway?: Gateway;
  /** The proxies whose `x-forwarded-for` is believed: addresses and networks. */
  readonly trustProxy?: readonly string[];
}

/**
 * The registry's v4 API on a store, ready for `listen` or `inject`. It neither opens nor closes the store.
 *
 * Its routes have no fastify schemas on purpose: requests are read by validators compiled while
 * building, since loading fastify's own compilers costs a short command 50 ms.
 */
export function createApp(options: AppOptions): FastifyInstance {
  const limits = { ...defaultLimits, ...options.limits };
  const onError = answerError(options.log ?? silentLog);
  const app = Fastify({
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    genReqId: ({ headers }) => correlationId(headers[correlationHeader]),
    // While closing, requests under way and on open connections are still answered.
    return503OnClosing: false,
    bodyLimit: limits.body,
    requestTimeout: limits.requestTime,
    keepAliveTimeout: limits.idleTime,
    http: {
      headersTimeout: limits.headersTime,
      connectionsCheckingInterval: limits.checkTime,
      maxHeaderSize: limits.headers,
    },
    routerOptions: { maxParamLength: limits.url },
    trustProxy: options.trustProxy === undefined ? false : [...options.trustProxy],
    frameworkErrors: (error, request, reply) => {
      void reply.header(correlationHeader, request.id);
      onError(error, request, reply);
    },
    clientErrorHandler: answerBrokenRequest,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, jsonReader(limits.depth));
  app.setErrorHandler(onError);
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ detail: "Not Found" }));
  app.addHook("onRequest", begin(limits.url));
  if (options.token !== null) app.addHook("onRequest", authorise(options.token, ["/healthz", "/readyz"]));

  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/v4/tokens/validate", async () => ({ valid: true }));
  const author = options.token === null ? local : administrator;
  pointerRoutes(app, options.store.pointers, author, options.onChange);
  pipelineRoutes(app, options.store.pipelines, author, options.gateway?.rules ?? null);
  if (options.gateway !== undefined) {
    runRoutes(app, {
      gateway: options.gateway,
      resolve: (target) => options.store.pointers.resolve(target),
      authoriseRun: () => author.token,
      authoriseRead: async () => undefined,
    });
  }
  return app;
}

/** The first that is done for a request. A hook with a callback: a promise for each request would cost. */
function begin(urlLimit: number): onRequestHookHandler {
  return (request, reply, done) => {
    void reply.header(correlationHeader, request.id);
    if (request.url.length <= urlLimit) return done();
    void reply.code(414).send({ detail: `the path and query are longer than ${urlLimit} bytes` });
  };
}

const local: Author = { token: "local", name: "local", source: null };
const administrator: Author = { token: "admin", name: "admin", source: null };

/** Given in place of fastify's compilers, which it would load though nothing needs them. */
function noSchemas(): never {
  throw new Error("a route has a fastify schema");
}
