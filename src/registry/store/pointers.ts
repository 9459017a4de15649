import { isPointerName, isReserved } from "../../pointer/name.ts";
import { isName } from "../../pointer/target.ts";
import { auditOf } from "./audit.ts";
import type { Database } from "./database.ts";
import { heldPointers } from "./held-pointers.ts";
import { insertPointer } from "./insert-pointer.ts";
import { pointerHistory } from "./pointer-history.ts";
import { pointerListing } from "./pointer-listing.ts";
import { pointerQueries } from "./pointer-queries.ts";
import { showPointer, valueOf } from "./pointer-row.ts";
import type { PointerStore } from "./pointer-store.ts";
import { Refusal, invalid } from "../refusal.ts";

export function pointerStore(database: Database): PointerStore {
  const queries = pointerQueries(database);
  const audit = auditOf(database);
  const insert = insertPointer(database);
  const { targetOf, ahead, held, heldForMove } = heldPointers(database);

  return {
    list: pointerListing(database),
    ...pointerHistory(database),
    get: async (pointer, deleted) => {
      const row = await database.first(queries.find, { pointer });
      if (row === undefined) throw new Refusal(404, `no pointer is named ${pointer}`);
      if (row.hidden === 1 && !deleted) throw new Refusal(404, `the pipeline of ${pointer} is deleted`);
      return showPointer(row);
    },
    resolve: async (target) => {
      const isPointer = isName(target);
      const row = await database.first(isPointer ? queries.resolvePointer : queries.resolvePipeline, {
        target,
      });
      if (row === undefined) return null;
      const { id, name, image, extras } = row;
      const known = extras === null ? null : (JSON.parse(extras) as Record<string, unknown> | null);
      return { pointer: isPointer ? target : null, pipeline: { id, name, image, extras: known ?? {} } };
    },
    create: async ({ pointer, pointer_or_pipeline_id, locked }, author) => {
      checkName(pointer);
      return database.write(async (session) => {
        const target = pointer_or_pipeline_id;
        const pipelineId = isName(target) ? await targetOf(session, target) : target;
        const made = pipelineId === null ? null : await insert(session, pointer, pipelineId, locked ?? false);
        if (made === null) {
          const isTaken = (await session.first(queries.find, { pointer })) !== undefined;
          throw isTaken || (await targetOf(session, target)) !== null
            ? taken(pointer)
            : unknownTarget(target);
        }
        await audit(session, author, {
          kind: "pointer",
          subject: pointer,
          before: null,
          after: valueOf(made),
        });
        return made;
      });
    },
    patch: (pointer, body, author, expected) => {
      const target = body.pointer_or_pipeline_id ?? null;
      const wanted = ahead(pointer, target);
      return database.write(async (session) => {
        const row = await heldForMove(session, wanted, expected);
        const before = showPointer(row);
        const pipeline_id = row.target;
        if (pipeline_id === null) throw unknownTarget(target ?? "");
        const after = { ...before, pipeline_id, locked: body.locked ?? before.locked };
        if (before.locked && after.locked && pipeline_id !== before.pipeline_id) {
          throw new Refusal(403, `${pointer} is locked: unlock it in the same call to move it`);
        }
        const hidden = target === null ? row.hidden : 0;
        const isSame = before.pipeline_id === pipeline_id && before.locked === after.locked;
        if (isSame && hidden === row.hidden) return { pointer: after, isChanged: false };
        await session.append(queries.update, { ...after, locked: Number(after.locked), hidden });
        // While hidden it stands for nothing, whatever is written to it.
        const [was, is] = [row.hidden === 1 ? null : valueOf(before), hidden === 1 ? null : valueOf(after)];
        if (was !== null || is !== null) {
          await audit(session, author, { kind: "pointer", subject: pointer, before: was, after: is });
        }
        return { pointer: after, isChanged: true };
      }, wanted);
    },
    delete: (pointer, author, expected) => {
      const wanted = ahead(pointer);
      return database.write(async (session) => {
        const row = await held(session, wanted, expected);
        if (row.locked === 1) throw new Refusal(403, `${pointer} is locked: unlock it to delete it`);
        await session.run(queries.remove, { pointer });
        if (row.hidden === 1) return;
        await audit(session, author, {
          kind: "pointer",
          subject: pointer,
          before: valueOf(showPointer(row)),
          after: null,
        });
      }, wanted);
    },
  };
}

function unknownTarget(target: string): Refusal {
  return new Refusal(404, `no pipeline or pointer is named ${target}`);
}

function taken(pointer: string): Refusal {
  return new Refusal(409, `${pointer} exists already`);
}

function checkName(pointer: string): void {
  const loc = ["body", "pointer"];
  if (!isPointerName(pointer)) {
    throw invalid(loc, "a pointer's name is username/pipeline:tag, the tag 2 to 128 letters, digits and ._-");
  }
  if (isReserved(pointer)) throw invalid(loc, "tags v1, v2, … are made by the registry at each upload");
}
