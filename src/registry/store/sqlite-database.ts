import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { PointsmanError } from "../../errors.ts";
import type { Ahead, Database, Snapshot, WriteSession } from "./database.ts";
import type { LibsqlConnection } from "./libsql-connection.ts";
import { Placeholder, type Query } from "./query.ts";
import type { SqliteProbe } from "./sqlite-probe.ts";
import { SqliteReader } from "./sqlite-reader.ts";
import { SqliteWriter } from "./sqlite-writer.ts";
import type { Tables } from "./tables.ts";

/** Binds a placeholder that stands in a statement several times once: to bind a text costs as much as to keep it. */
class QueryCompiler extends SqliteQueryCompiler {
  readonly #numbers = new Map<unknown, number>();

  protected override appendValue(value: unknown): void {
    if (this.numParameters === 0) this.#numbers.clear();
    const number = this.#numbers.get(value);
    if (number !== undefined) return this.append(`?${number}`);
    super.appendValue(value);
    if (value instanceof Placeholder) this.#numbers.set(value, this.numParameters);
  }
}

const build = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new QueryCompiler(),
  },
});

const copyTo: Query<{ file: string }, never> = {
  sql: "VACUUM INTO ?",
  writes: false,
  isHot: false,
  bind: ({ file }) => [file],
};

/**
 * Connections to a registry's file: reads go on while a write is flushed. Several processes may hold
 * the same file: writes take turns, and each read sees one state.
 */
export class SqliteDatabase implements Database {
  readonly kind = "sqlite";
  readonly build = build;
  readonly #reader: SqliteReader;
  readonly #writer: SqliteWriter;
  readonly #probe: SqliteProbe;

  /**
   * @param writing does not wait for other processes by itself
   * @param patience how long it is waited for them, in milliseconds
   */
  constructor(reading: LibsqlConnection, writing: LibsqlConnection, probe: SqliteProbe, patience: number) {
    this.#reader = new SqliteReader(reading);
    this.#writer = new SqliteWriter(writing, probe, patience);
    this.#probe = probe;
  }

  all<Given, Row>(query: Query<Given, Row>, given: Given): Promise<Row[]> {
    return this.#reader.all(query, given);
  }

  first<Given, Row>(query: Query<Given, Row>, given: Given): Promise<Row | undefined> {
    return this.#reader.first(query, given);
  }

  snapshot<T>(work: (session: Snapshot) => Promise<T>): Promise<T> {
    return this.#reader.snapshot(work);
  }

  write<T>(work: (session: WriteSession) => Promise<T>, ahead?: Ahead): Promise<T> {
    return this.#writer.write(work, ahead);
  }

  async probe(query: Query<object, unknown>): Promise<void> {
    this.#probe.read(query);
  }

  async backup(file: string): Promise<void> {
    let isMade = false;
    try {
      // Made first, and for its owner only: SQLite fills a file that is empty.
      closeSync(openSync(file, "wx", 0o600));
      isMade = true;
      await this.#reader.alone(async (connection) => void connection.all(copyTo, { file }));
      // SQLite leaves that to whoever wants the copy (https://www.sqlite.org/lang_vacuum.html).
      const copy = openSync(file, "r+");
      fsyncSync(copy);
      closeSync(copy);
    } catch (error) {
      if (isMade) for (const part of [file, `${file}-journal`]) rmSync(part, { force: true });
      const { code = "", message } = error as NodeJS.ErrnoException;
      const reason = { EEXIST: "it exists already", ENOENT: "its folder is not there" }[code] ?? message;
      throw new PointsmanError("backup-failed", `cannot back up to ${file}: ${reason}`, {
        ...(isMade ? {} : { hint: "name a new file in a folder that is yours to write" }),
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.#reader.close();
    this.#probe.close();
  }
}
