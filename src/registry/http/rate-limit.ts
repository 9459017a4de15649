import type { onRequestAsyncHookHandler } from "fastify";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/**
 * Answers 429 to a token that makes too many requests to this process.
 * @param perSecond how many each may make in any second
 */
export function limitRate(perSecond: number): onRequestAsyncHookHandler {
  const limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  return async ({ routeOptions, caller }, reply) => {
    if (routeOptions.config.entry === "open") return;
    try {
      await limiter.consume(caller.token);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
      void reply.code(429).header("retry-after", String(seconds));
      await reply.send({ detail: `more than ${perSecond} requests a second with the token ${caller.name}` });
    }
  };
}
