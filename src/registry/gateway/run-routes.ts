import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { runPath, runStreamPath } from "../../wire/run.ts";
import { onDone, onLeave } from "../http/on-leave.ts";
import { jsonReader } from "../http/read-json.ts";
import type { RunRecord } from "../store/run-store.ts";
import type { Resolved } from "../store/pointer-store.ts";
import { Refusal } from "../refusal.ts";
import type { Gateway, RunCaller } from "./gateway.ts";
import type { GatewayAnswer } from "./run-answer.ts";
import { RunFailure } from "./run-failure.ts";
import { type RawJson, readRunRequest } from "./run-request.ts";
import { sendAnswer } from "./send-answer.ts";
import { runText } from "./run-text.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The id of the run that it began; empty where it began none. */
    run: string;
  }
}

export interface RunRouteOptions {
  readonly gateway: Gateway;
  /**
   * What a name or an id stands for now; null for nothing.
   * @throws Refusal 403 where the caller may not run this name
   */
  readonly resolve: (request: FastifyRequest, target: string) => Promise<Resolved | null>;
  /**
   * The id of the caller's token.
   * @throws Refusal 403 where it may not run what an id stands for
   */
  readonly authoriseRun: (request: FastifyRequest, resolved: Resolved) => string;
  /** @throws Refusal where the caller may not see this run */
  readonly authoriseRead: (request: FastifyRequest, run: RunRecord) => Promise<void>;
}

/** The calls on runs. */
export function runRoutes(app: FastifyInstance, options: RunRouteOptions): void {
  const { gateway, resolve, authoriseRun, authoriseRead } = options;
  const { depth, request: bodyLimit, take } = gateway.limits;
  const config = { entry: "run" } as const;
  app.decorateRequest("run", "");

  /** For what both ways to run share. The pipeline that a name stands for now answers, wherever it moves meanwhile. */
  const running =
    (run: Gateway["run"]) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const asked = readRunRequest(request.body as RawJson | undefined);
      // The run may take long, and needs the inputs alone.
      request.body = undefined;
      const resolved = await resolve(request, asked.target);
      if (resolved === null) throw new Refusal(404, `no pipeline or pointer is named ${asked.target}`);
      const token = authoriseRun(request, resolved);
      const onBegin = (id: string): void => void (request.run = id);
      const caller: RunCaller = {
        token,
        correlationId: request.id,
        onBegin,
        onLeave: (listener) => onLeave(reply, listener),
        onDone: (listener) => onDone(reply, listener),
      };
      return sendAnswer(reply, take, await run(resolved, asked, caller).catch(notBegun));
    };

  // A scope of its own: these bodies may be larger than others, and are needed as text too.
  void app.register(async (scope) => {
    scope.removeContentTypeParser("application/json");
    const reader = jsonReader(depth, (value, text): RawJson => ({ text, value }));
    scope.addContentTypeParser("application/json", { parseAs: "buffer", bodyLimit }, reader);
    scope.post(
      runPath,
      { bodyLimit, config },
      running((...run) => gateway.run(...run)),
    );
    scope.post(
      runStreamPath,
      { bodyLimit, config },
      running((...run) => gateway.stream(...run)),
    );
    scope.get<{ Params: { id: string } }>(`${runPath}/:id`, { config }, async (request, reply) => {
      const { id } = request.params;
      const found = await gateway.get(id, { onDone: (listener) => onDone(reply, listener) });
      if (found === null) throw new Refusal(404, `no run has the id ${id}`);
      await authoriseRead(request, found);
      return sendAnswer(reply, take, { status: 200, retryAfter: null, body: runText(found) });
    });
  });
}

/** @throws what is no failure of a run */
function notBegun(error: unknown): GatewayAnswer {
  if (!(error instanceof RunFailure)) throw error;
  const { message, retryAfter, meaning } = error;
  return { status: meaning.status, retryAfter, body: JSON.stringify({ detail: message }) };
}
