import { isPointerName, isReserved } from "../../pointer/name.ts";
import { auditOf } from "./audit.ts";
import type { Database, Session, WriteSession } from "./database.ts";
import { applyPatch, endpointsOf } from "./pipeline-patch.ts";
import { pipelineListing } from "./pipeline-listing.ts";
import { pipelineQueries } from "./pipeline-queries.ts";
import { type PipelineRow, bodyOf, extrasColumn, showPipeline } from "./pipeline-row.ts";
import type { PipelineStore } from "./pipeline-store.ts";
import { insertPointer } from "./insert-pointer.ts";
import { newId } from "./new-id.ts";
import { valueOf } from "./pointer-row.ts";
import { Refusal, invalid } from "../refusal.ts";
import type { Author } from "./store.ts";

/** Not every database keeps these in a text as they are. */
const unstorable = /[\0\p{Cs}]/u;

/** How many of the pointers in the way a refusal names. */
const named = 5;

/** Characters of a pipeline's JSON. */
const most = 1024 * 1024;

export function pipelineStore(database: Database): PipelineStore {
  const queries = pipelineQueries(database);
  const audit = auditOf(database);
  const addPointer = insertPointer(database);

  async function existing(session: Session, id: string, query = queries.find): Promise<PipelineRow> {
    const row = await session.first(query, { id });
    if (row === undefined) throw new Refusal(404, `no pipeline has the id ${id}`);
    return row;
  }

  async function hide(
    session: WriteSession,
    id: string,
    author: Author,
    { force, owns = () => true }: Parameters<PipelineStore["delete"]>[2],
  ): Promise<void> {
    const reaching = await session.all(queries.reaching, { id });
    const inTheWay = reaching.map(({ pointer }) => pointer).filter((pointer) => !isReserved(pointer));
    const own = inTheWay.filter(owns);
    if (own.length < inTheWay.length) throw reachedByOthers(id, own, inTheWay.length - own.length);
    if (inTheWay.length > 0 && !force) throw stillReached(id, inTheWay);
    await session.run(queries.hide, { id });
    for (const { pointer, locked } of reaching) {
      const before = { pipeline_id: id, locked: locked === 1 };
      await audit(session, author, { kind: "pointer", subject: pointer, before, after: null });
    }
  }

  return {
    list: pipelineListing(database),
    get: async (id) => showPipeline(await existing(database, id)),
    publish: async (body, author) => {
      const { name, image } = body;
      if (!isPointerName(`${name}:v1`)) {
        throw invalid(
          ["body", "name"],
          "a pipeline's name is username/pipeline, lower case letters, digits and ._-",
        );
      }
      if (unstorable.test(image)) throw invalid(["body", "image"], "an image's name is text without NUL");
      const now = Date.now() / 1000;
      const row = {
        id: newId("pipeline"),
        name,
        image,
        extras: extrasColumn(body),
        body: bodyOf(body),
        created_at: now,
        updated_at: now,
      };
      await database.write(async (session) => {
        const counted = await session.first(queries.nextVersion, { name });
        const version = counted?.versions ?? 1;
        await session.run(queries.insert, { ...row, version });
        const made = await addPointer(session, `${name}:v${version}`, row.id, false);
        if (made === null) throw new Refusal(409, `${name}:v${version} exists already`);
        await audit(session, author, {
          kind: "pointer",
          subject: made.pointer,
          before: null,
          after: valueOf(made),
        });
      });
      return showPipeline(row);
    },
    patch: (id, body, author, onMove) =>
      database.write(async (session) => {
        const row = await existing(session, id, queries.hold);
        const before = showPipeline(row);
        const after = applyPatch(before, body);
        const [was, is] = [endpointsOf(before), endpointsOf(after)];
        const moves = JSON.stringify(was) !== JSON.stringify(is);
        if (moves) onMove?.(before);
        const now = Date.now() / 1000;
        const changed = { ...row, extras: extrasColumn(after), body: bodyOf(after), updated_at: now };
        refuseGrowth(row, changed);
        await session.run(queries.update, changed);
        if (moves) {
          await audit(session, author, { kind: "endpoints", subject: id, before: was, after: is });
        }
        return showPipeline(changed);
      }),
    delete: (id, author, options) =>
      database.write(async (session) => {
        await existing(session, id, queries.hold);
        await hide(session, id, author, options);
        await session.run(queries.mark, { id, updated_at: Date.now() / 1000 });
      }),
  };
}

/** An upload is no larger than a body may be; patches could add to it without end. */
function refuseGrowth(before: PipelineRow, after: PipelineRow): void {
  const size = ({ extras, body }: PipelineRow): number => body.length + (extras?.length ?? 0);
  if (size(after) <= Math.max(most, size(before))) return;
  throw invalid(["body"], "a pipeline takes 1 MiB at most, and this would make it larger");
}

function stillReached(id: string, pointers: readonly string[]): Refusal {
  return new Refusal(
    409,
    `${id} is still reached by ${listOf(pointers)}: move them, or delete it with ?force=true`,
  );
}

/** Those of others stay unnamed: who may not read them is not told of them. */
function reachedByOthers(id: string, own: readonly string[], others: number): Refusal {
  const theirs = `${others} ${others === 1 ? "pointer" : "pointers"} of usernames that this token is not for`;
  return new Refusal(
    403,
    `${id} is still reached by ${own.length === 0 ? "" : `${listOf(own)} and by `}${theirs}: those have to be moved first`,
  );
}

function listOf(pointers: readonly string[]): string {
  const more = pointers.length > named ? ` and ${pointers.length - named} more` : "";
  return `${pointers.slice(0, named).join(", ")}${more}`;
}
