import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import Libsql from "libsql";
import { PointsmanError } from "../errors.ts";
import { Database } from "./database.ts";
import { schemaVersion, tables } from "./tables.ts";

/**
 * Opens `registry.db` in a folder, and makes both if they are missing: readable by their owner only.
 * @param folder a path, or ":memory:" for a registry that ends with its process
 * @param patience how long to wait for another process's write, in milliseconds
 * @throws PointsmanError server-failed where that is impossible, or a newer version wrote the file
 */
export function openDatabase(folder: string, patience: number): Database {
  const file = folder === ":memory:" ? folder : join(folder, "registry.db");
  try {
    if (file !== ":memory:") makeFile(folder, file);
    const connection = new Libsql(file, { timeout: patience });
    try {
      prepare(connection, file);
    } catch (error) {
      connection.close();
      throw error;
    }
    return new Database(connection);
  } catch (error) {
    if (error instanceof PointsmanError) throw error;
    throw new PointsmanError(
      "server-failed",
      `cannot open the registry's data in ${folder}: ${reason(error)}`,
      {
        hint: "check that the folder is yours to write, or name another one with --data",
        cause: error,
      },
    );
  }
}

/** SQLite gives its further files the mode of the first. */
function makeFile(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  closeSync(openSync(file, "a", 0o600));
}

function prepare(connection: Libsql.Database, file: string): void {
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL");
  connection.pragma("foreign_keys = ON");
  if (versionOf(connection) === schemaVersion) return;
  connection.exec("BEGIN IMMEDIATE");
  try {
    // Read again: another process may have made the tables meanwhile.
    const version = versionOf(connection);
    if (version > schemaVersion) {
      throw new PointsmanError(
        "server-failed",
        `${file} was written by a newer pointsman (its format is ${version}, this one knows up to ${schemaVersion})`,
        { hint: "update pointsman, or name another folder with --data" },
      );
    }
    if (version === 0) {
      connection.exec(tables);
      connection.exec(`PRAGMA user_version = ${schemaVersion}`);
    }
    connection.exec("COMMIT");
  } catch (error) {
    connection.exec("ROLLBACK");
    throw error;
  }
}

function versionOf(connection: Libsql.Database): number {
  const [row] = connection.pragma("user_version") as { user_version: number }[];
  return row?.user_version ?? 0;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
