import type { FastifyInstance } from "fastify";
import type { Metrics } from "./metrics.ts";

/** What whoever runs the registry asks it: whether it may get requests, and what it counted. */
export function operatorRoutes(
  app: FastifyInstance,
  options: { readonly metrics: Metrics; readonly isReady: () => Promise<boolean> },
): void {
  const { metrics, isReady } = options;
  app.get("/readyz", async (_request, reply) => {
    if (await isReady()) return { status: "ready" };
    return reply.code(503).send({ detail: "not ready" });
  });
  app.get("/metrics", async (_request, reply) => {
    void reply.header("content-type", metrics.contentType);
    return metrics.text();
  });
}
