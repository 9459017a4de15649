import { type BigIntStats, statSync } from "node:fs";
import type { LibsqlConnection } from "./libsql-connection.ts";
import type { Query } from "./query.ts";
import { Unavailable } from "./unavailable.ts";

/**
 * Finds out whether a registry's files are still there and can be read. Other connections would not notice: they
 * remember pages, and files that were removed or replaced stay open.
 */
export class SqliteProbe {
  readonly #connection: LibsqlConnection;
  readonly #file: string;
  /** The log too: what was written last is nowhere else. */
  readonly #opened: ReadonlyMap<string, string>;

  /** @param connection to the file, and for this alone: it remembers no pages from here on */
  constructor(connection: LibsqlConnection, file: string) {
    connection.pragma("cache_size = 0");
    this.#connection = connection;
    this.#file = file;
    this.#opened = new Map([file, `${file}-wal`].map((path) => [path, identityOf(at(path))]));
  }

  /**
   * Asks for the files alone, which costs hardly anything.
   * @throws Unavailable where there are none, or others
   */
  find(): void {
    for (const [path, identity] of this.#opened) {
      const found = at(path);
      if (identityOf(found) !== identity) {
        throw new Unavailable(`${path} was removed or replaced while it was in use`);
      }
      if (path === this.#file && found?.size === 0n) {
        throw new Unavailable(`${path} was emptied while it was in use`);
      }
    }
  }

  /** @throws as `find`; what SQLite says of pages that cannot be read */
  read(query: Query<object, unknown>): void {
    this.find();
    this.#connection.all(query, {});
  }

  close(): void {
    this.#connection.close();
  }
}

function at(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}

function identityOf(file: BigIntStats | undefined): string {
  return file === undefined ? "none" : `${file.dev}:${file.ino}`;
}
