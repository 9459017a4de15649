import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { Budget, Share } from "../budget.ts";
import { Refusal } from "../refusal.ts";
import { onDone } from "./on-leave.ts";

/**
 * Counts the large bodies that callers send, each until its answer is out. One for which there is no room is refused
 * with 503, before it is read.
 */
export function boundBodies(app: FastifyInstance, budget: Budget): void {
  app.addHook("preParsing", (request, reply, payload, done) => {
    const { headers, routeOptions } = request;
    const take = (bytes: number): Share => {
      const share = budget.take(bytes);
      if (share === null) throw new Refusal(503, "too many large requests are under way");
      onDone(reply, share.free);
      return share;
    };
    const limit = routeOptions.bodyLimit ?? Number.POSITIVE_INFINITY;
    if (headers["transfer-encoding"] !== undefined) {
      const counted = count(payload, budget.uncounted, () => take(limit));
      return done(null, Readable.from(counted, { objectMode: false }));
    }
    const length = Number(headers["content-length"] ?? 0);
    if (length <= budget.uncounted || length > limit) return done(null, payload);
    try {
      take(length);
      done(null, payload);
    } catch (error) {
      done(error as Refusal);
    }
  });
}

/** A body whose length nobody has said takes all that it may have, until it is known. */
async function* count(body: Readable, uncounted: number, take: () => Share): AsyncGenerator<Buffer, void> {
  let size = 0;
  let share: Share | undefined;
  // What comes after it on the connection is another request's.
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > uncounted) share ??= take();
    yield chunk;
  }
  share?.keep(size);
}
