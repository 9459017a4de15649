import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Gateway } from "./gateway/gateway.ts";
import { runRoutes } from "./gateway/run-routes.ts";
import { openAccess } from "./http/access.ts";
import { type AppOptions, createApp } from "./http/app.ts";
import type { Log } from "./http/log.ts";
import type { Metrics } from "./http/metrics.ts";
import { observe, observeBroken } from "./http/observe.ts";
import { operatorRoutes } from "./http/operator-routes.ts";
import { limitRate } from "./http/rate-limit.ts";
import { runAuthority } from "./http/run-authority.ts";
import { docsRoutes } from "./openapi/docs-routes.ts";

export interface ServedOptions extends Omit<
  AppOptions,
  "access" | "onChange" | "observe" | "onBroken" | "upstreamRules"
> {
  readonly log: Log;
  readonly gateway: Gateway;
  readonly metrics: Metrics;
  /** The administrator's token; null for none. */
  readonly token: string | null;
  /** How many requests a second each token may make; as many as it likes if absent. */
  readonly rateLimit?: number;
  /** Of the program, for the API's document. */
  readonly version?: string;
  /** Whether it is about to end. */
  readonly isClosing: () => boolean;
}

/** Milliseconds after which a database that has not answered is not there: whoever probes does not wait much longer. */
const readyPatience = 2000;

/** The API on a store, and what only a registry that is served has: tokens, limits of rate, runs, logs, counts, documents. */
export function servedApp(options: ServedOptions): FastifyInstance {
  const { store, log, metrics, gateway, token, rateLimit, version = "", isClosing } = options;
  const access = openAccess({ administrator: token, tokens: store.tokens });
  const app = createApp({
    ...options,
    access,
    upstreamRules: gateway.rules,
    onChange: (action) => metrics.move(action),
    observe: (served) => observe(served, log, metrics),
    onBroken: observeBroken(log, metrics),
  });
  if (rateLimit !== undefined) app.addHook("onRequest", limitRate(rateLimit));
  operatorRoutes(app, {
    metrics,
    isReady: async () => {
      if (isClosing()) return false;
      const answers = store.ping().then(
        () => true,
        (err: unknown) => {
          log.error({ err }, "the database cannot be used");
          return false;
        },
      );
      return Promise.race([answers, sleep(readyPatience, false, { ref: false })]);
    },
  });
  runRoutes(app, { gateway, ...runAuthority(store.pointers) });
  docsRoutes(app, version);
  return app;
}
