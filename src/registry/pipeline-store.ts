import { randomBytes } from "node:crypto";
import { isPointerName } from "../pointer/name.ts";
import type { WirePage } from "../wire/page.ts";
import type { WirePipeline, WirePipelineCreate, WirePipelinePatch } from "../wire/pipeline.ts";
import type { Database } from "./database.ts";
import { insertPointer } from "./pointer-store.ts";
import { Refusal, invalid } from "./refusal.ts";

/** The pipelines of a registry. Writes settle once they are on disk, and throw `Refusal`. */
export interface PipelineStore {
  /** One page of those that are not deleted, by name and version. */
  list(filter: PipelineFilter): Promise<WirePage<WirePipeline>>;
  get(id: string): Promise<WirePipeline>;
  /** Adds an upload and its version pointer, `name:vN` with the next N. */
  publish(body: WirePipelineCreate): Promise<WirePipeline>;
  /** Sets the fields that are not null. What was uploaded (`name`, `image`) stays. */
  patch(id: string, body: WirePipelinePatch): Promise<WirePipeline>;
  /** Marks a pipeline deleted and hides its pointers; their names stay taken. */
  delete(id: string): Promise<void>;
}

export interface PipelineFilter {
  readonly skip: number;
  readonly limit: number;
  readonly name?: string | undefined;
}

interface Row {
  readonly id: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly body: string;
}

/** The fields that a caller cannot choose. */
const ours = new Set(["id", "created_at", "updated_at"]);

export function pipelineStore(database: Database): PipelineStore {
  const find = database.query<Row>(
    "SELECT id, created_at, updated_at, body FROM pipelines WHERE id = ? AND deleted = 0",
  );
  const nextVersion = database.query<{ next: number }>(
    "SELECT coalesce(max(version), 0) + 1 AS next FROM pipelines WHERE name = ?",
  );
  const insert = database.query(
    "INSERT INTO pipelines (id, name, version, created_at, updated_at, body) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const addPointer = insertPointer(database);
  const update = database.query("UPDATE pipelines SET body = ?, updated_at = ? WHERE id = ?");
  const mark = database.query("UPDATE pipelines SET deleted = 1, updated_at = ? WHERE id = ?");
  const hide = database.query("UPDATE pointers SET hidden = 1 WHERE pipeline_id = ?");

  function existing(id: string): Row {
    const row = find.first(id);
    if (row === undefined) throw new Refusal(404, `no pipeline has the id ${id}`);
    return row;
  }

  return {
    list: listing(database),
    get: async (id) => show(existing(id)),
    publish: async (body) => {
      const { name } = body;
      if (!isPointerName(`${name}:v1`)) {
        throw invalid(
          ["body", "name"],
          "a pipeline's name is username/pipeline, lower case letters, digits and ._-",
        );
      }
      const text = toJson(body);
      const id = `pipeline_${randomBytes(12).toString("hex")}`;
      const now = Date.now() / 1000;
      await database.write(() => {
        const version = nextVersion.first(name)?.next ?? 1;
        insert.run(id, name, version, now, now, text);
        addPointer(`${name}:v${version}`, id, false);
      });
      return show({ id, created_at: now, updated_at: now, body: text });
    },
    patch: (id, body) =>
      database.write(() => {
        const row = existing(id);
        const before = JSON.parse(row.body) as Record<string, unknown>;
        const changed = Object.entries(body).filter(([, value]) => value !== null);
        for (const field of ["name", "image"]) {
          if (changed.some(([key, value]) => key === field && value !== before[field])) {
            throw invalid(["body", field], "an upload's name and image never change: upload a new version");
          }
        }
        const text = toJson({ ...before, ...Object.fromEntries(changed) });
        const now = Date.now() / 1000;
        update.run(text, now, id);
        return show({ ...row, updated_at: now, body: text });
      }),
    delete: (id) =>
      database.write(() => {
        existing(id);
        mark.run(Date.now() / 1000, id);
        hide.run(id);
      }),
  };
}

function listing(database: Database): PipelineStore["list"] {
  const pair = (where: string) => ({
    rows: database.query<Row>(
      `SELECT id, created_at, updated_at, body FROM pipelines ${where} ORDER BY name, version LIMIT ? OFFSET ?`,
    ),
    count: database.query<{ total: number }>(`SELECT count(*) AS total FROM pipelines ${where}`),
  });
  const all = pair("WHERE deleted = 0");
  const named = pair("WHERE deleted = 0 AND name = ?");
  return async ({ skip, limit, name }) => {
    const { rows, count } = name === undefined ? all : named;
    const values = name === undefined ? [] : [name];
    return database.read(() => ({
      skip,
      limit,
      total: count.first(...values)?.total ?? 0,
      data: rows.all(...values, limit, skip).map(show),
    }));
  };
}

/** The upload with the registry's own fields. The official client requires both lists of variables. */
function show({ id, created_at, updated_at, body }: Row): WirePipeline {
  const upload = JSON.parse(body) as WirePipelineCreate;
  return {
    ...upload,
    id,
    input_variables: upload.input_variables ?? [],
    output_variables: upload.output_variables ?? [],
    created_at,
    updated_at,
  };
}

function toJson(body: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(Object.fromEntries(Object.entries(body).filter(([key]) => !ours.has(key))));
  } catch {
    throw invalid(["body"], "the body is nested too deeply");
  }
}
