import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type BrokenObserver, isBroken } from "./error-answers.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { onLeave } from "./on-leave.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Whether it was counted: its answer is out, or its caller has left. */
    isCounted: boolean;
  }
}

/** Asked every few seconds by whatever watches over the registry. */
const probes: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/metrics"]);

/** What nginx says too where a caller left before it had its answer: HTTP itself has no word for it. */
const leftStatus = 499;

/** Counts every answer, and logs it: a line each, with its correlation id. Probes that went well are for debugging. */
export function observe(app: FastifyInstance, log: Log, metrics: Metrics): void {
  const count = (request: FastifyRequest, reply: FastifyReply, status: number, message: string): void => {
    if (request.isCounted) return;
    request.isCounted = true;
    const { method, url } = request;
    const route = request.routeOptions.url ?? "(none)";
    const { elapsedTime } = reply;
    metrics.request(method, route, status, elapsedTime / 1000);
    const level = probes.has(route) && status < 400 ? "debug" : "info";
    if (!log.says(level)) return;
    const fields = {
      correlation_id: request.id,
      method,
      // Not the query: what callers put there is theirs.
      path: url.split("?", 1)[0],
      status,
      ms: Math.round(elapsedTime * 100) / 100,
      ip: request.ip,
      // What began no run has none.
      run: request.run === "" ? undefined : request.run,
      // Absent where the request did not come that far.
      token: request.caller?.name,
    };
    log[level](fields, message);
  };
  const leave = (request: FastifyRequest, reply: FastifyReply): void => {
    if (isBroken(request.raw.socket)) return;
    count(request, reply, leftStatus, "connection closed before the answer");
  };
  app.decorateRequest("isCounted", false);
  app.addHook("onRequest", (request, reply, done) => {
    const close = (): void => leave(request, reply);
    // Of an answer that is next on its connection the end is told in any case: one listener will do.
    if (reply.raw.socket === null || request.raw.socket.destroyed) onLeave(reply, close);
    else reply.raw.on("close", close);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    // Node takes an answer for finished too where the connection closes while parts of it have yet to be written.
    if (request.raw.socket.destroyed) leave(request, reply);
    else count(request, reply, reply.statusCode, "request answered");
    done();
  });
}

/** The same for what did not become a request: no HTTP, no URL, too large a head, or one that never came. */
export function observeBroken(log: Log, metrics: Metrics): BrokenObserver {
  return (id, status, ip) => {
    metrics.request("(none)", "(none)", status, 0);
    log.info({ correlation_id: id, status, ip }, "request answered");
  };
}
