import Fastify, { type FastifyInstance, type RouteOptions, type onRequestHookHandler } from "fastify";
import { correlationHeader } from "../../wire/error-body.ts";
import type { Access } from "./access.ts";
import { type Entry, authorise } from "./authorise.ts";
import { local } from "./caller.ts";
import { boundConnections } from "./bound-connections.ts";
import { boundAnswers, boundBodies } from "./bound-memory.ts";
import { correlationId } from "./correlation-id.ts";
import { type BrokenObserver, answerBrokenRequest, answerError } from "./error-answers.ts";
import { historyRoutes } from "./history-routes.ts";
import { imageRegistryRoutes } from "./image-registry-routes.ts";
import { type Limits, defaultLimits } from "./limits.ts";
import { type Log, silentLog } from "./log.ts";
import { answerNoRoute } from "./no-route.ts";
import { jsonReader } from "./read-json.ts";
import { pipelineRoutes } from "./pipeline-routes.ts";
import { type PointerAction, pointerRoutes } from "./pointer-routes.ts";
import { tokenRoutes } from "./token-routes.ts";
import { Budget } from "../budget.ts";
import type { UpstreamRule } from "../gateway/upstream-rule.ts";
import type { Store } from "../store/store.ts";

export interface AppOptions {
  readonly store: Store;
  /** Who stands behind callers' tokens; null only in process, where everybody may do everything. */
  readonly access: Access | null;
  /** Is told of every answer 5xx, and of connections that are turned away. */
  readonly log?: Log;
  readonly limits?: Partial<Limits>;
  /** Is told of every change of a pointer. */
  readonly onChange?: (action: PointerAction) => void;
  /** Adds hooks that come before all others: they see what those refuse. */
  readonly observe?: (app: FastifyInstance) => void;
  /** Is told of every answer that no hook sees. */
  readonly onBroken?: BrokenObserver;
  /** Where pipelines may run; anywhere if absent. */
  readonly upstreamRules?: readonly UpstreamRule[];
  /** The proxies whose `x-forwarded-for` is believed: addresses and networks. */
  readonly trustProxy?: readonly string[];
  /** The Docker registry that images are pushed to: host[:port][/path]. */
  readonly imageRegistry?: string;
}

/**
 * The registry's v4 API on a store, ready for `listen` or `inject`. It neither opens nor closes the store.
 *
 * Its routes have no fastify schemas on purpose: requests are read by validators compiled while
 * building, since loading fastify's own compilers costs a short command 50 ms.
 */
export function createApp(options: AppOptions): FastifyInstance {
  const limits = { ...defaultLimits, ...options.limits };
  const { onBroken = () => undefined, log = silentLog } = options;
  const onError = answerError(log);
  const app = Fastify({
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    genReqId: ({ headers }) => correlationId(headers[correlationHeader]),
    // While closing, requests under way and on open connections are still answered.
    return503OnClosing: false,
    bodyLimit: limits.body,
    requestTimeout: limits.requestTime,
    connectionTimeout: limits.takeTime,
    keepAliveTimeout: limits.idleTime,
    http: {
      headersTimeout: limits.headersTime,
      connectionsCheckingInterval: limits.checkTime,
      maxHeaderSize: limits.headers,
      // Node would refuse one without it by itself, in words that are none of ours, and nobody would be told.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: limits.url },
    trustProxy: options.trustProxy === undefined ? false : [...options.trustProxy],
    frameworkErrors: (error, request, reply) => {
      void reply.header(correlationHeader, request.id);
      onError(error, request, reply);
      onBroken(request.id, reply.statusCode, request.ip);
    },
    clientErrorHandler: answerBrokenRequest(onBroken, limits.takeTime),
  });
  boundConnections(app.server, limits.connections, log);
  // Node would answer 417 by itself to what a request expects; nobody has to understand that (RFC 9110, 10.1.1).
  app.server.on("checkExpectation", (request, response) => app.routing(request, response));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, jsonReader(limits.depth));
  app.setErrorHandler(onError);
  boundBodies(app, new Budget(limits.bodies));
  boundAnswers(app, new Budget(limits.answers));
  const entries = new Map<string, Entry>();
  app.decorate("entries", entries);
  app.addHook("onRoute", demandEntry(entries));
  answerNoRoute(app);
  options.observe?.(app);
  app.addHook("onRequest", begin(limits.url));
  enter(app, options.access);

  app.get("/healthz", { config: { entry: "open" }, exposeHeadRoute: true }, async () => ({ status: "ok" }));
  const { pointers, pipelines, tokens } = options.store;
  pointerRoutes(app, pointers, options.onChange ?? (() => undefined));
  historyRoutes(app, pointers);
  pipelineRoutes(app, pipelines, options.upstreamRules ?? null);
  tokenRoutes(app, tokens, options.access);
  imageRegistryRoutes(app, options.imageRegistry ?? "localhost:5000");
  return app;
}

/** Says of every request who makes it. */
function enter(app: FastifyInstance, access: Access | null): void {
  if (access === null) {
    app.decorateRequest("caller", { getter: () => local });
    return;
  }
  app.decorateRequest("caller");
  app.addHook("onRequest", authorise(access));
}

/** No route may be open because somebody forgot to say who may call it. */
function demandEntry(entries: Map<string, Entry>) {
  return ({ method, url, config }: RouteOptions): void => {
    if (config?.entry === undefined) throw new Error(`the route ${url} does not say who may call it`);
    entries.set(`${[method].flat().join()} ${url}`, config.entry);
  };
}

declare module "fastify" {
  interface FastifyInstance {
    /** Who may call each route, by method and path as they are written in the code. */
    readonly entries: ReadonlyMap<string, Entry>;
  }
}

/** The first that is done for a request. A hook with a callback: a promise for each request would cost. */
function begin(urlLimit: number): onRequestHookHandler {
  return (request, reply, done) => {
    void reply.header(correlationHeader, request.id);
    if (request.headers.host === undefined && request.raw.httpVersion === "1.1") {
      // RFC 9112, 3.2.
      void reply.code(400).send({ detail: "the request names no host: send a host header" });
      return;
    }
    if (request.url.length <= urlLimit) return done();
    void reply.code(414).send({ detail: `the path and query are longer than ${urlLimit} bytes` });
  };
}

/** Given in place of fastify's compilers, which it would load though nothing needs them. */
function noSchemas(): never {
  throw new Error("a route has a fastify schema");
}
