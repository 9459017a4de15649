import type { FastifyInstance } from "fastify";
import validateCreate from "../../wire/token-create.schema.json?validator";
import { type WireTokenCreate, tokenPath } from "../../wire/token.ts";
import type { TokenStore } from "../store/token-store.ts";
import type { Access } from "./access.ts";
import { authorOf } from "./author.ts";
import { administrator, demandEverybody, local } from "./caller.ts";
import { invalid } from "../refusal.ts";
import { readBody, readQuery } from "./read-request.ts";

const admin = { config: { entry: "admin" } } as const;

/** The calls on tokens. All but the first are extensions, for administrators of everybody's. */
export function tokenRoutes(app: FastifyInstance, tokens: TokenStore, access: Access | null): void {
  app.get(`${tokenPath}/validate`, { config: { entry: null } }, async ({ caller }) => ({
    valid: true,
    name: caller.name,
    usernames: caller.usernames === null ? ["*"] : [...caller.usernames],
    scopes: [...caller.scopes],
  }));
  app.get(tokenPath, admin, async ({ query, caller }) => {
    demandEverybody(caller);
    const { skip, limit } = readQuery(query);
    const all = await tokens.list();
    return { skip, limit, total: all.length, data: all.slice(skip, skip + limit) };
  });
  app.post(tokenPath, admin, async (request, reply) => {
    demandEverybody(request.caller);
    const body = readBody(validateCreate, request.body) as WireTokenCreate;
    if (body.name === administrator.name || body.name === local.name) {
      throw invalid(["body", "name"], `${body.name} is what the audit calls somebody who has no such token`);
    }
    const made = await tokens.create(body, authorOf(request));
    // Nothing between the registry and its caller may keep it.
    return reply.code(201).header("cache-control", "no-store").send(made);
  });
  app.delete<{ Params: { id: string } }>(`${tokenPath}/:id`, admin, async (request, reply) => {
    demandEverybody(request.caller);
    await tokens.revoke(request.params.id, authorOf(request));
    access?.forget();
    return reply.code(204).send();
  });
}
