import type { FastifyInstance } from "fastify";
import { demandEverybody } from "./caller.ts";
import type { Metrics } from "./metrics.ts";

/** What whoever runs the registry asks it: whether it may get requests, and what it counted. */
export function operatorRoutes(
  app: FastifyInstance,
  options: { readonly metrics: Metrics; readonly isReady: () => Promise<boolean> },
): void {
  const { metrics, isReady } = options;
  app.get("/readyz", { config: { entry: "open" }, exposeHeadRoute: true }, async (_request, reply) => {
    if (await isReady()) return { status: "ready" };
    return reply.code(503).send({ detail: "not ready" });
  });
  app.get("/metrics", { config: { entry: "read" } }, async ({ caller }, reply) => {
    // It names pointers.
    demandEverybody(caller);
    void reply.header("content-type", metrics.contentType);
    return metrics.text();
  });
}
