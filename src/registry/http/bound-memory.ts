import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, onSendHookHandler } from "fastify";
import type { Budget, Share } from "../budget.ts";
import { Refusal } from "../refusal.ts";
import { onDone } from "./on-leave.ts";

/**
 * Counts the large bodies that callers send, each until its answer is out. One for which there is no room is refused
 * with 503: before it is read where it says how long it is.
 */
export function boundBodies(app: FastifyInstance, budget: Budget): void {
  /** Null where there is no room. */
  function take(reply: FastifyReply, bytes: number): Share | null {
    const share = budget.take(bytes);
    if (share !== null) onDone(reply, share.free);
    return share;
  }
  app.addHook("preParsing", (request, reply, payload, done) => {
    const { "transfer-encoding": encoding, "content-length": length = "0" } = request.headers;
    if (encoding === undefined && Number(length) <= budget.uncounted) return done(null, payload);
    const limit = request.routeOptions.bodyLimit ?? Number.POSITIVE_INFINITY;
    if (encoding !== undefined) {
      const counted = count(payload, budget.uncounted, () => take(reply, limit));
      return done(null, Readable.from(counted, { objectMode: false }));
    }
    // One that may not be so long is refused by its length.
    if (Number(length) > limit || take(reply, Number(length)) !== null) return done(null, payload);
    done(noRoom());
  });
}

/**
 * Counts the large answers of reads until they are out. One for which there is no room is 503. What a write did is
 * answered in any case, and the gateway has rules of its own for runs.
 */
export function boundAnswers(app: FastifyInstance, budget: Budget): void {
  const bound: onSendHookHandler = (_request, reply, payload, done) => {
    const size = typeof payload === "string" ? payload.length : 0;
    if (size <= budget.uncounted) return done(null, payload);
    const share = budget.take(size);
    if (share === null) return done(noRoom());
    onDone(reply, share.free);
    done(null, payload);
  };
  app.addHook("onRoute", (route) => {
    if (route.method === "GET" && route.config?.entry !== "run") route.onSend = bound;
  });
}

function noRoom(): Refusal {
  return new Refusal(503, "too many large requests are under way");
}

/** A body whose length nobody has said takes all that it may have, until it is known. */
async function* count(
  body: Readable,
  uncounted: number,
  take: () => Share | null,
): AsyncGenerator<Buffer, void> {
  let size = 0;
  let share: Share | null | undefined;
  // What comes after it on the connection is another request's.
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > uncounted) share ??= take();
    if (share === null) throw noRoom();
    yield chunk;
  }
  share?.keep(size);
}
