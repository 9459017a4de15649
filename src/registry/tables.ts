/** Kept in the file's `user_version`. */
export const schemaVersion = 1;

/**
 * `body` is a pipeline's upload as it came, JSON. A pipeline is never removed, only marked: its number
 * must not be given again. `hidden` is set while a pointer's pipeline is deleted.
 */
export const tables = `
  CREATE TABLE pipelines (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX pipelines_by_version ON pipelines (name, version);
  CREATE INDEX pipelines_listed ON pipelines (deleted, name, version);

  CREATE TABLE pointers (
    pointer TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    family TEXT NOT NULL,
    pipeline_id TEXT NOT NULL REFERENCES pipelines (id),
    locked INTEGER NOT NULL,
    hidden INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX pointers_listed ON pointers (pointer, id, pipeline_id, locked) WHERE hidden = 0;
  CREATE INDEX pointers_of_family ON pointers (family, pointer, hidden);
  CREATE INDEX pointers_of_pipeline ON pointers (pipeline_id);
`;
