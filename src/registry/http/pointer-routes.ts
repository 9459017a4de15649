import type { FastifyInstance, FastifyReply } from "fastify";
import { conditionOf, etagOf } from "../../wire/etag.ts";
import validateCreate from "../../wire/pointer-create.schema.json?validator";
import validatePatch from "../../wire/pointer-patch.schema.json?validator";
import {
  type WirePointer,
  type WirePointerCreate,
  type WirePointerPatch,
  pointerPath,
} from "../../wire/pointer.ts";
import { Refusal } from "../refusal.ts";
import type { PointerStore } from "../store/pointer-store.ts";
import { advertise } from "./advertise.ts";
import { authorOf } from "./author.ts";
import { type Caller, demand, usernamesOf } from "./caller.ts";
import { readBody, readQuery } from "./read-request.ts";

/** What was done to a pointer. */
export type PointerAction = "create" | "update" | "delete";

/** The vendor's client still calls the older path, with the same bodies. */
const paths = [pointerPath, "/v3/pointers"];

const read = { config: { entry: "read" }, onRequest: advertise } as const;
const write = { config: { entry: "write" }, onRequest: advertise } as const;

/** The calls on pointers. A name stands raw in the path, slash and colon too, so the rest of a path is a name. */
export function pointerRoutes(
  app: FastifyInstance,
  pointers: PointerStore,
  onChange: (action: PointerAction) => void,
): void {
  for (const path of paths) {
    app.get(path, read, async ({ query, caller }) => {
      const { skip, limit, show_deleted, pipeline_name } = readQuery(query);
      const usernames = usernamesOf(caller);
      return pointers.list({ skip, limit, deleted: show_deleted, family: pipeline_name, usernames });
    });
    app.post(path, write, async (request, reply) => {
      const body = readBody(validateCreate, request.body) as WirePointerCreate;
      demand(request.caller, "write", body.pointer);
      await demandTarget(pointers, request.caller, body.pointer_or_pipeline_id);
      const { "if-match": match, "if-none-match": noneMatch } = request.headers;
      if (match !== undefined) {
        throw new Refusal(
          412,
          `${body.pointer} is to be made, and If-Match is about what is there: send PATCH`,
        );
      }
      const made = await pointers
        .create(body, authorOf(request))
        .catch((error: unknown) => Promise.reject(noneMatch?.trim() === "*" ? asPrecondition(error) : error));
      onChange("create");
      return show(reply.code(201), made);
    });
    app.get<Named>(`${path}/*`, read, async ({ params, query, headers, caller }, reply) => {
      const name = params["*"];
      demand(caller, "read", name);
      const pointer = await pointers.get(name, readQuery(query).show_deleted);
      // A read of what has changed is no mistake: If-Match is about writes.
      const { "if-none-match": known } = headers;
      if (conditionOf({ "if-none-match": known })?.(etagOf(pointer)) === false) {
        return reply.code(304).header("etag", etagOf(pointer)).send();
      }
      return show(reply, pointer);
    });
    app.patch<Named>(`${path}/*`, write, async (request, reply) => {
      const { params, caller, headers } = request;
      demand(caller, "write", params["*"]);
      const body = readBody(validatePatch, request.body) as WirePointerPatch;
      await demandTarget(pointers, caller, body.pointer_or_pipeline_id ?? null);
      const patched = await pointers.patch(params["*"], body, authorOf(request), conditionOf(headers));
      if (patched.isChanged) onChange("update");
      return show(reply, patched.pointer);
    });
    app.delete<Named>(`${path}/*`, write, async (request, reply) => {
      const { params, caller, headers } = request;
      demand(caller, "write", params["*"]);
      await pointers.delete(params["*"], authorOf(request), conditionOf(headers));
      onChange("delete");
      return reply.code(204).send();
    });
  }
}

interface Named {
  Params: { "*": string };
}

/**
 * Whoever may write one name may not reach another's pipeline through it.
 * @throws Refusal 403 where the caller may not read the target
 */
async function demandTarget(pointers: PointerStore, caller: Caller, target: string | null): Promise<void> {
  if (target === null || caller.usernames === null) return;
  if (target.includes("/")) return demand(caller, "read", target);
  const resolved = await pointers.resolve(target);
  if (resolved !== null) demand(caller, "read", resolved.pipeline.name);
}

function show(reply: FastifyReply, pointer: WirePointer): WirePointer {
  void reply.header("etag", etagOf(pointer));
  return pointer;
}

function asPrecondition(error: unknown): unknown {
  return error instanceof Refusal && error.status === 409 ? new Refusal(412, error.message) : error;
}
