import { closeSync, openSync } from "node:fs";
import { Kysely, DummyDriver, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { PointsmanError } from "../../errors.ts";
import type { Database, Session } from "./database.ts";
import type { LibsqlConnection } from "./libsql-connection.ts";
import type { Query } from "./query.ts";
import type { Tables } from "./tables.ts";

const build = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

const copyTo: Query<{ file: string }, never> = { sql: "VACUUM INTO ?", bind: ({ file }) => [file] };

interface Read {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Write {
  readonly work: (session: Session) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One connection to a registry's file. Several processes may hold one on the same file: writes take
 * turns, and each read sees one state. The driver is synchronous; only one transaction is open at a time.
 */
export class SqliteDatabase implements Database {
  readonly kind = "sqlite";
  readonly build = build;
  readonly #connection: LibsqlConnection;
  readonly #session: Session;
  #reading: Read[] = [];
  #waiting: Write[] = [];
  #transaction: Promise<void> | null = null;
  #open = true;

  constructor(connection: LibsqlConnection) {
    this.#connection = connection;
    this.#session = {
      all: async (query, given) => connection.all(query, given),
      first: async (query, given) => connection.all(query, given)[0],
    };
  }

  all<Given, Row>(query: Query<Given, Row>, given: Given): Promise<Row[]> {
    return this.#read(() => this.#connection.all(query, given));
  }

  first<Given, Row>(query: Query<Given, Row>, given: Given): Promise<Row | undefined> {
    return this.#read(() => this.#connection.all(query, given)[0]);
  }

  snapshot<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#alone(async () => {
      this.#connection.exec("BEGIN");
      try {
        return await work(this.#session);
      } finally {
        this.#connection.exec("COMMIT");
      }
    });
  }

  /**
   * The writes of one turn of the event loop share a transaction, because flushing it is what costs;
   * one that throws undoes itself alone.
   */
  write<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (!this.#open) return Promise.reject(new Error("the database is closed"));
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#flush());
      this.#waiting.push({ work, resolve: resolve as Write["resolve"], reject });
    });
  }

  async backup(file: string): Promise<void> {
    try {
      // Made first, and for its owner only: SQLite fills a file that is empty.
      closeSync(openSync(file, "wx", 0o600));
      await this.#alone(async () => void this.#connection.all(copyTo, { file }));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const reason = code === "EEXIST" ? "it exists already" : message;
      throw new PointsmanError("backup-failed", `cannot back up to ${file}: ${reason}`, {
        hint: "name a new file in a folder that is yours to write",
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    this.#open = false;
    await this.#readAll();
    await this.#flush();
    this.#connection.close();
  }

  /** The reads of one turn share a transaction: to begin and end one costs more than most reads. */
  #read<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#reading.length === 0) setImmediate(() => void this.#readAll());
      this.#reading.push({ work, resolve: resolve as Read["resolve"], reject });
    });
  }

  async #readAll(): Promise<void> {
    while (this.#transaction !== null) await this.#transaction;
    const reads = this.#reading;
    this.#reading = [];
    const isShared = reads.length > 1;
    try {
      if (isShared) this.#connection.exec("BEGIN");
      for (const read of reads) attemptRead(read);
      if (isShared) this.#connection.exec("COMMIT");
    } catch (error) {
      // Those that were answered already are: this does nothing to them.
      for (const { reject } of reads) reject(error);
    }
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#transaction !== null) await this.#transaction;
    let end = (): void => undefined;
    this.#transaction = new Promise((resolve) => (end = resolve));
    try {
      return await work();
    } finally {
      this.#transaction = null;
      end();
    }
  }

  async #flush(): Promise<void> {
    const settle = await this.#alone(async () => {
      const writes = this.#waiting;
      this.#waiting = [];
      if (writes.length === 0) return [];
      try {
        this.#connection.exec("BEGIN IMMEDIATE");
        const settle: (() => void)[] = [];
        for (const write of writes) settle.push(await this.#attempt(write));
        this.#connection.exec("COMMIT");
        return settle;
      } catch (error) {
        if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
        return writes.map(
          ({ reject }) =>
            () =>
              reject(error),
        );
      }
    });
    for (const done of settle) done();
  }

  async #attempt({ work, resolve, reject }: Write): Promise<() => void> {
    this.#connection.exec("SAVEPOINT attempt");
    try {
      const result = await work(this.#session);
      this.#connection.exec("RELEASE attempt");
      return () => resolve(result);
    } catch (error) {
      this.#connection.exec("ROLLBACK TO attempt");
      this.#connection.exec("RELEASE attempt");
      return () => reject(error);
    }
  }
}

/** One that fails does so alone. */
function attemptRead({ work, resolve, reject }: Read): void {
  try {
    resolve(work());
  } catch (error) {
    reject(error);
  }
}
