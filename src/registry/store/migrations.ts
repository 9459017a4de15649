/** What the two databases call things: the rest of the tables' SQL they have in common. */
interface Words {
  /** Text that sorts by code points. */
  readonly text: string;
  readonly real: string;
  readonly counter: string;
  /** What an index needs besides, so that the rows it finds are in the order of the counter. */
  readonly inOrder: string;
  readonly table: string;
  /** Statements that make changes and deletions of the audit's rows errors. */
  readonly appendOnly: readonly string[];
}

const words = {
  sqlite: {
    text: "TEXT",
    real: "REAL",
    counter: "INTEGER PRIMARY KEY",
    inOrder: "",
    table: "STRICT",
    appendOnly: ["UPDATE", "DELETE"].map(
      (verb) =>
        `CREATE TRIGGER audit_without_${verb.toLowerCase()} BEFORE ${verb} ON audit
         BEGIN SELECT raise(ABORT, 'the audit is append-only'); END`,
    ),
  },
  postgres: {
    text: 'TEXT COLLATE "C"',
    real: "DOUBLE PRECISION",
    counter: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    inOrder: ", seq",
    table: "",
    appendOnly: [
      `CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql
       AS $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$`,
      `CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`,
    ],
  },
} satisfies Record<string, Words>;

/**
 * The steps from an empty database to the tables of tables.ts: each a list of statements. A step that
 * was released is never changed; a new one is added after it.
 */
export function migrations(kind: keyof typeof words): readonly (readonly string[])[] {
  return [tables(words[kind])];
}

function tables({ text, real, counter, inOrder, table, appendOnly }: Words): string[] {
  return [
    `CREATE TABLE families (name ${text} PRIMARY KEY, versions INTEGER NOT NULL) ${table}`,
    `CREATE TABLE pipelines (
       id ${text} PRIMARY KEY,
       name ${text} NOT NULL,
       version INTEGER NOT NULL,
       image ${text} NOT NULL,
       extras ${text},
       body ${text} NOT NULL,
       created_at ${real} NOT NULL,
       updated_at ${real} NOT NULL,
       deleted INTEGER NOT NULL DEFAULT 0
     ) ${table}`,
    "CREATE UNIQUE INDEX pipelines_by_version ON pipelines (name, version)",
    "CREATE INDEX pipelines_listed ON pipelines (deleted, name, version)",
    // Without an index on pipeline_id: it would cost every move as much as the move itself, and the one call
    // that asks by it, the deletion of a pipeline, reads a million rows in a tenth of a second.
    `CREATE TABLE pointers (
       pointer ${text} PRIMARY KEY,
       id ${text} NOT NULL,
       pipeline_id ${text} NOT NULL REFERENCES pipelines (id),
       locked INTEGER NOT NULL,
       hidden INTEGER NOT NULL DEFAULT 0
     ) ${table}${table === "" ? "" : ", WITHOUT ROWID"}`,
    "CREATE INDEX pointers_hidden ON pointers (pointer) WHERE hidden = 1",
    `CREATE TABLE runs (
       id ${text} PRIMARY KEY,
       pointer ${text},
       pipeline_id ${text} NOT NULL,
       token ${text} NOT NULL,
       is_async INTEGER NOT NULL,
       state ${text} NOT NULL,
       created_at ${real} NOT NULL,
       updated_at ${real} NOT NULL,
       owner ${text} NOT NULL,
       alive_until ${real} NOT NULL,
       outputs ${text},
       error ${text}
     ) ${table}`,
    "CREATE INDEX runs_by_age ON runs (created_at)",
    "CREATE INDEX runs_in_hand ON runs (owner) WHERE state = 'running'",
    `CREATE TABLE tokens (
       id ${text} PRIMARY KEY,
       name ${text} NOT NULL UNIQUE,
       digest ${text} NOT NULL UNIQUE,
       usernames ${text} NOT NULL,
       scopes ${text} NOT NULL,
       created_at ${real} NOT NULL
     ) ${table}`,
    `CREATE TABLE audit (
       seq ${counter},
       at ${real} NOT NULL,
       kind ${text} NOT NULL,
       subject ${text} NOT NULL,
       action ${text} NOT NULL,
       "before" ${text},
       "after" ${text},
       token ${text} NOT NULL,
       token_name ${text} NOT NULL,
       source ${text}
     ) ${table}`,
    `CREATE INDEX audit_of_pointers ON audit (subject${inOrder}) WHERE kind = 'pointer'`,
    ...appendOnly,
  ];
}
