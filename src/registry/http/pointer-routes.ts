import type { FastifyInstance } from "fastify";
import validateCreate from "../../wire/pointer-create.schema.json?validator";
import validatePatch from "../../wire/pointer-patch.schema.json?validator";
import { type WirePointerCreate, type WirePointerPatch, pointerPath } from "../../wire/pointer.ts";
import type { PointerStore } from "../store/pointer-store.ts";
import type { Author } from "../store/store.ts";
import { readBody, readListingQuery } from "./read-request.ts";

/** The vendor's client still calls the older path, with the same bodies. */
const paths = [pointerPath, "/v3/pointers"];

/** The calls on pointers. A name stands raw in the path, slash and colon too, so the rest of a path is a name. */
export function pointerRoutes(
  app: FastifyInstance,
  pointers: PointerStore,
  author: Author,
  onChange: (action: "create" | "update" | "delete") => void = () => undefined,
): void {
  for (const path of paths) {
    app.get(path, async ({ query }) => {
      const { skip, limit, show_deleted, pipeline_name } = readListingQuery(query);
      return pointers.list({ skip, limit, deleted: show_deleted, family: pipeline_name });
    });
    app.post(path, async ({ body }, reply) => {
      const pointer = await pointers.create(readBody(validateCreate, body) as WirePointerCreate, author);
      onChange("create");
      return reply.code(201).send(pointer);
    });
    app.get<Named>(`${path}/*`, async ({ params, query }) =>
      pointers.get(params["*"], readListingQuery(query).show_deleted),
    );
    app.patch<Named>(`${path}/*`, async ({ params, body }) => {
      const pointer = await pointers.patch(
        params["*"],
        readBody(validatePatch, body) as WirePointerPatch,
        author,
      );
      onChange("update");
      return pointer;
    });
    app.delete<Named>(`${path}/*`, async ({ params }, reply) => {
      await pointers.delete(params["*"], author);
      onChange("delete");
      return reply.code(204).send();
    });
  }
}

interface Named {
  Params: { "*": string };
}
