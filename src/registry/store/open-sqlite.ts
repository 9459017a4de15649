import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import Libsql from "libsql";
import { PointsmanError } from "../../errors.ts";
import type { Database } from "./database.ts";
import { LibsqlConnection } from "./libsql-connection.ts";
import { migrations } from "./migrations.ts";
import { SqliteDatabase } from "./sqlite-database.ts";
import { SqliteProbe } from "./sqlite-probe.ts";
import { Unavailable } from "./unavailable.ts";

/**
 * Opens `registry.db` in a folder, and may make both if they are missing: readable by their owner only.
 * @param options.patience how long to wait for another process's write, in milliseconds
 * @throws PointsmanError server-failed where that is impossible, or a newer version wrote the file
 */
export function openSqlite(
  folder: string,
  options: { readonly patience: number; readonly create: boolean },
): Database {
  const file = join(folder, "registry.db");
  if (!options.create && !existsSync(file)) throw noRegistry(folder, "it has no registry.db");
  try {
    makeFile(folder, file);
    const open = () => new LibsqlConnection(new Libsql(file, { timeout: options.patience }));
    const writing = open();
    try {
      if (!options.create && versionOf(writing) === 0)
        throw noRegistry(folder, "its registry.db has no tables");
      keepLog(writing, options.patience);
      prepare(writing, file);
      writing.pragma("busy_timeout = 0");
      return new SqliteDatabase(open(), writing, new SqliteProbe(open(), file), options.patience);
    } catch (error) {
      writing.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof PointsmanError) throw error;
    throw new PointsmanError(
      "server-failed",
      `cannot open the registry's data in ${folder}: ${reason(error)}`,
      {
        hint:
          hints[(error as { code?: string }).code ?? ""] ??
          "check that the folder is yours to write, or use another one",
        cause: error,
      },
    );
  }
}

function noRegistry(folder: string, why: string): PointsmanError {
  return new PointsmanError("server-failed", `there is no registry in ${folder}: ${why}`);
}

/**
 * After how many pages of 4 KiB the log is carried over into the file: a page that is written again and
 * again goes there once, and the log, which is written from its start again after that, need not grow.
 */
const checkpointPages = 8000;

/** SQLite gives its further files the mode of the first. */
function makeFile(folder: string, file: string): void {
  makeFolder(folder);
  closeSync(openSync(file, "a", 0o600));
}

/** One by one: where nothing can be made, as in /proc, Node's own way to make all of them never ends. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

const hints: Partial<Record<string, string>> = {
  ENOTDIR: "there is a file where the folder should be: use another one",
  SQLITE_NOTADB: "its registry.db is no SQLite database: put back a copy of it, or use another folder",
};

/** How long to wait before asking again, in milliseconds. */
const pause = 20;

/**
 * Sets how the file is written. Where another process does that at the same moment, as replicas that start
 * together do, SQLite says at once that it is busy, whatever patience it was told to have.
 */
function keepLog(connection: LibsqlConnection, patience: number): void {
  const end = performance.now() + patience;
  for (;;) {
    try {
      connection.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (!(error instanceof Unavailable) || performance.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}

/** The number of the last step taken is kept in the file's `user_version`. */
function prepare(connection: LibsqlConnection, file: string): void {
  const steps = migrations("sqlite");
  connection.pragma("synchronous = FULL");
  // No pipeline's row is ever removed, and what makes or moves a pointer asks for the pipeline anyway: to have SQLite ask
  // once more would cost as much as to write the row.
  connection.pragma("foreign_keys = OFF");
  connection.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  if (versionOf(connection) === steps.length) return;
  connection.exec("BEGIN IMMEDIATE");
  try {
    // Read again: another process may have made the tables meanwhile.
    const version = versionOf(connection);
    if (version > steps.length) {
      throw new PointsmanError(
        "server-failed",
        `${file} was written by a newer pointsman (its format is ${version}, this one knows up to ${steps.length})`,
        { hint: "update pointsman, or name another folder with --data" },
      );
    }
    for (const sql of steps.slice(version).flat()) connection.exec(sql);
    connection.exec(`PRAGMA user_version = ${steps.length}`);
    connection.exec("COMMIT");
  } catch (error) {
    connection.exec("ROLLBACK");
    throw error;
  }
}

function versionOf(connection: LibsqlConnection): number {
  return Number(connection.pragma("user_version"));
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
