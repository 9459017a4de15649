import type { FastifyInstance } from "fastify";
import type { WirePage } from "../../wire/page.ts";
import type { WirePointerEvent } from "../../wire/pointer-event.ts";
import { pointerPath } from "../../wire/pointer.ts";
import type { PointerStore } from "../store/pointer-store.ts";
import { advertise } from "./advertise.ts";
import { demand } from "./caller.ts";
import { readQuery } from "./read-request.ts";

/** The audit of one pointer, an extension. No name has a second slash, so none is taken for another's history. */
export function historyRoutes(app: FastifyInstance, pointers: PointerStore): void {
  const read = { config: { entry: "read" }, onRequest: advertise } as const;
  for (const path of [pointerPath, "/v3/pointers"]) {
    app.get<Parts>(`${path}/:username/:rest/history`, read, async ({ params, query, caller }) => {
      const name = `${params.username}/${params.rest}`;
      demand(caller, "read", name);
      return historyOf(name, query);
    });
    // With its slash escaped.
    app.get<Whole>(`${path}/:pointer/history`, read, async ({ params, query, caller }) => {
      demand(caller, "read", params.pointer);
      return historyOf(params.pointer, query);
    });
  }

  async function historyOf(pointer: string, query: unknown): Promise<WirePage<WirePointerEvent>> {
    const { skip, limit, at } = readQuery(query);
    if (at === undefined) return pointers.history(pointer, { skip, limit });
    const event = await pointers.at(pointer, at);
    const data = event === null ? [] : [event];
    return { skip, limit, total: data.length, data: data.slice(skip, skip + limit) };
  }
}

interface Parts {
  Params: { username: string; rest: string };
}
interface Whole {
  Params: { pointer: string };
}
