import type { FastifyBodyParser } from "fastify";
import { invalid } from "../refusal.ts";

/**
 * A JSON body; none is undefined. Keys such as `__proto__` are let be: they become plain fields.
 * @throws Refusal 422 as FastAPI does, where fastify would say 400
 */
export const readJson: FastifyBodyParser<string> = (_request, body, done) => {
  if (body === "") return done(null, undefined);
  try {
    done(null, JSON.parse(body));
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    done(invalid(["body"], `JSON decode error: ${reason}`, "json_invalid"));
  }
};
