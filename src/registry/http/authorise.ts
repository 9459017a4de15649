import type { FastifyReply, onRequestHookHandler } from "fastify";
import type { WireScope } from "../../wire/token.ts";
import type { Access } from "./access.ts";
import { type Caller, lacksScope } from "./caller.ts";

/** Who may make a call: a token with a scope; any token where that is null; anybody where it is `open`. */
export type Entry = WireScope | null | "open";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Of every route. */
    entry?: Entry;
  }
  interface FastifyRequest {
    /** Not on routes that are `open`. */
    caller: Caller;
  }
}

/**
 * Lets no request pass without a valid token of the scope that its route names: 401 and 403. A path that is
 * no route takes a token too.
 */
export function authorise(access: Access): onRequestHookHandler {
  return (request, reply, done) => {
    const entry = request.routeOptions.config.entry ?? null;
    if (entry === "open") return done();
    const scope: WireScope | null = entry;
    const [, given] = /^bearer +(.+)$/i.exec(request.headers.authorization ?? "") ?? [];
    if (given === undefined) return refuse(reply, "a bearer token is needed");
    const found = access.find(given);
    // Mostly it is known: a promise for each request would cost.
    if (found instanceof Promise) void wait(found);
    else pass(found);

    async function wait(asked: Promise<Caller | null>): Promise<void> {
      try {
        pass(await asked);
      } catch (error) {
        done(error as Error);
      }
    }

    function pass(caller: Caller | null): void {
      if (caller === null) return refuse(reply, "the token is not valid");
      request.caller = caller;
      done(scope === null ? undefined : lacksScope(caller, scope));
    }
  };
}

function refuse(reply: FastifyReply, detail: string): void {
  void reply.code(401).header("www-authenticate", "Bearer").send({ detail });
}
