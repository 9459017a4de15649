import { createHash, timingSafeEqual } from "node:crypto";
import type { onRequestAsyncHookHandler } from "fastify";

/**
 * Answers 401 to requests without the token, known route or not.
 * @param open routes that anybody may call
 */
export function authorise(token: string, open: readonly string[]): onRequestAsyncHookHandler {
  const wanted = digest(token);
  return async (request, reply) => {
    if (open.includes(request.routeOptions.url ?? "")) return;
    const [, given] = /^bearer +(.+)$/i.exec(request.headers.authorization ?? "") ?? [];
    // Digests are of one length, so that the comparison takes the same time whatever was sent.
    if (given !== undefined && timingSafeEqual(digest(given), wanted)) return;
    const detail = given === undefined ? "a bearer token is needed" : "the token is not valid";
    await reply.code(401).header("www-authenticate", "Bearer").send({ detail });
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
