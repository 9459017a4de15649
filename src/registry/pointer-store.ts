import { randomBytes } from "node:crypto";
import { familyOf, isPointerName, isReserved } from "../pointer/name.ts";
import type { WirePage } from "../wire/page.ts";
import type { WirePointer, WirePointerCreate, WirePointerPatch } from "../wire/pointer.ts";
import type { Database } from "./database.ts";
import { Refusal, invalid } from "./refusal.ts";

/** The pointers of a registry. Writes settle once they are on disk, and throw `Refusal`. */
export interface PointerStore {
  /** One page, by name in the order of code points; `total` and the rows are of one state. */
  list(filter: PointerFilter): Promise<WirePage<WirePointer>>;
  get(pointer: string, deleted: boolean): Promise<WirePointer>;
  create(body: WirePointerCreate): Promise<WirePointer>;
  patch(pointer: string, body: WirePointerPatch): Promise<WirePointer>;
  delete(pointer: string): Promise<void>;
}

export interface PointerFilter {
  readonly skip: number;
  readonly limit: number;
  /** `username/pipeline`, all families if absent. */
  readonly family?: string | undefined;
  /** Also the pointers of deleted pipelines. */
  readonly deleted: boolean;
}

interface Row {
  readonly pointer: string;
  readonly id: string;
  readonly pipeline_id: string;
  readonly locked: 0 | 1;
  readonly hidden: 0 | 1;
}

export function pointerStore(database: Database): PointerStore {
  const list = listings(database);
  const find = database.query<Row>(
    "SELECT pointer, id, pipeline_id, locked, hidden FROM pointers WHERE pointer = ?",
  );
  const findPipeline = database.query<{ id: string }>(
    "SELECT id FROM pipelines WHERE id = ? AND deleted = 0",
  );
  const insert = insertPointer(database);
  const update = database.query(
    "UPDATE pointers SET pipeline_id = ?, locked = ?, hidden = ? WHERE pointer = ?",
  );
  const remove = database.query("DELETE FROM pointers WHERE pointer = ?");

  /** The pipeline id that a target stands for now: chains are flattened here, on write. */
  function resolve(target: string): string {
    const row = find.first(target);
    const id =
      row === undefined ? findPipeline.first(target)?.id : row.hidden === 0 ? row.pipeline_id : undefined;
    if (id === undefined) throw new Refusal(404, `no pipeline or pointer is named ${target}`);
    return id;
  }

  function existing(pointer: string): Row {
    const row = find.first(pointer);
    if (row === undefined) throw new Refusal(404, `no pointer is named ${pointer}`);
    return row;
  }

  return {
    list: async (filter) => list(filter),
    get: async (pointer, deleted) => {
      const row = existing(pointer);
      if (row.hidden === 1 && !deleted) throw new Refusal(404, `the pipeline of ${pointer} is deleted`);
      return show(row);
    },
    create: ({ pointer, pointer_or_pipeline_id, locked }) =>
      database.write(() => {
        checkName(pointer);
        if (find.first(pointer) !== undefined) throw new Refusal(409, `${pointer} exists already`);
        return insert(pointer, resolve(pointer_or_pipeline_id), locked ?? false);
      }),
    patch: (pointer, body) =>
      database.write(() => {
        const row = existing(pointer);
        refuseVersion(pointer);
        const target = body.pointer_or_pipeline_id ?? null;
        const pipelineId = target === null ? row.pipeline_id : resolve(target);
        const locked = body.locked ?? row.locked === 1;
        if (row.locked === 1 && locked && pipelineId !== row.pipeline_id) {
          throw new Refusal(403, `${pointer} is locked: unlock it in the same call to move it`);
        }
        const hidden = target === null ? row.hidden : 0;
        update.run(pipelineId, Number(locked), hidden, pointer);
        return { id: row.id, pointer, pipeline_id: pipelineId, locked };
      }),
    delete: (pointer) =>
      database.write(() => {
        const row = existing(pointer);
        refuseVersion(pointer);
        if (row.locked === 1) throw new Refusal(403, `${pointer} is locked: unlock it to delete it`);
        remove.run(pointer);
      }),
  };
}

/** Adds a pointer whose name is free, for a caller that is in a write already. */
export function insertPointer(database: Database) {
  const insert = database.query(
    "INSERT INTO pointers (pointer, id, family, pipeline_id, locked) VALUES (?, ?, ?, ?, ?)",
  );
  return (pointer: string, pipelineId: string, locked: boolean): WirePointer => {
    const id = `pointer_${randomBytes(12).toString("hex")}`;
    insert.run(pointer, id, familyOf(pointer), pipelineId, Number(locked));
    return { id, pointer, pipeline_id: pipelineId, locked };
  };
}

function listings(database: Database) {
  const columns = "SELECT pointer, id, pipeline_id, locked FROM pointers";
  const page = "ORDER BY pointer LIMIT ? OFFSET ?";
  const pair = (where: string) => ({
    rows: database.query<Row>(`${columns} ${where} ${page}`),
    count: database.query<{ total: number }>(`SELECT count(*) AS total FROM pointers ${where}`),
  });
  const all = pair("");
  const listed = pair("WHERE hidden = 0");
  const allOfFamily = pair("WHERE family = ?");
  const listedOfFamily = pair("WHERE family = ? AND hidden = 0");
  return ({ skip, limit, family, deleted }: PointerFilter): WirePage<WirePointer> => {
    const ofFamily = deleted ? allOfFamily : listedOfFamily;
    const { rows, count } = family === undefined ? (deleted ? all : listed) : ofFamily;
    const values = family === undefined ? [] : [family];
    return database.read(() => ({
      skip,
      limit,
      total: count.first(...values)?.total ?? 0,
      data: rows.all(...values, limit, skip).map(show),
    }));
  };
}

function show({ id, pointer, pipeline_id, locked }: Row): WirePointer {
  return { id, pointer, pipeline_id, locked: locked === 1 };
}

function checkName(pointer: string): void {
  const loc = ["body", "pointer"];
  if (!isPointerName(pointer)) {
    throw invalid(loc, "a pointer's name is username/pipeline:tag, the tag 2 to 128 letters, digits and ._-");
  }
  if (isReserved(pointer)) throw invalid(loc, "tags v1, v2, … are made by the registry at each upload");
}

function refuseVersion(pointer: string): void {
  if (isReserved(pointer)) throw new Refusal(403, `${pointer} is a version pointer, which never changes`);
}
