import { closeSync, openSync } from "node:fs";
import { Kysely, DummyDriver, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { PointsmanError } from "../../errors.ts";
import { type Attempt, tryApart, tryPlainly } from "./attempts.ts";
import type { Database, Session, Snapshot, WriteSession } from "./database.ts";
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

const copyTo: Query<{ file: string }, never> = {
  sql: "VACUUM INTO ?",
  writes: false,
  bind: ({ file }) => [file],
};

/** For writes to come together, in milliseconds. */
const longestWait = 4;

interface Read {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Write {
  readonly work: (session: WriteSession) => Promise<unknown>;
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
  readonly #session: WriteSession;
  /** Whether the write under way has changed anything yet. */
  #hasChanged = false;
  #reading: Read[] = [];
  #waiting: Write[] = [];
  /** When the first of those that wait came, in milliseconds. */
  #since = 0;
  /** How many writes the last transaction had, and how long it took, in milliseconds. */
  #last = { writes: 1, time: 0 };
  #commits = 0;
  #transaction: Promise<void> | null = null;
  #open = true;

  constructor(connection: LibsqlConnection) {
    this.#connection = connection;
    const all: Session["all"] = async (query, given) => {
      if (query.writes) this.#hasChanged = true;
      return connection.all(query, given);
    };
    this.#session = {
      all,
      first: async (query, given) => (await all(query, given))[0],
      run: async (query, given) => {
        this.#hasChanged = true;
        return connection.run(query, given);
      },
    };
  }

  all<Given, Row>(query: Query<Given, Row>, given: Given): Promise<Row[]> {
    return this.#read(() => this.#connection.all(query, given));
  }

  first<Given, Row>(query: Query<Given, Row>, given: Given): Promise<Row | undefined> {
    return this.#read(() => this.#connection.all(query, given)[0]);
  }

  snapshot<T>(work: (session: Snapshot) => Promise<T>): Promise<T> {
    return this.#alone(async () => {
      this.#connection.exec("BEGIN");
      try {
        // Changes of other connections, and of this one.
        const state = () => `${String(this.#connection.pragma("data_version"))} ${this.#commits}`;
        return await work({ ...this.#session, state });
      } finally {
        this.#connection.exec("COMMIT");
      }
    });
  }

  /**
   * Writes of about the same time share a transaction, because flushing it is what costs; one that
   * throws undoes itself alone.
   */
  write<T>(work: (session: WriteSession) => Promise<T>): Promise<T> {
    if (!this.#open) return Promise.reject(new Error("the database is closed"));
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) {
        this.#since = performance.now();
        setImmediate(() => this.#gather());
      }
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

  /**
   * Whoever was answered at the last flush may be about to write again: waits for as many as then, but
   * no longer than a flush costs. A lone writer waits for nobody.
   */
  #gather(): void {
    const { writes, time } = this.#last;
    const waited = performance.now() - this.#since;
    if (this.#waiting.length < writes && waited < Math.min(time, longestWait)) {
      setImmediate(() => this.#gather());
    } else void this.#flush();
  }

  async #flush(): Promise<void> {
    const settle = await this.#alone(async () => {
      const writes = this.#waiting;
      this.#waiting = [];
      if (writes.length === 0) return [];
      const began = performance.now();
      try {
        return (await this.#commit(writes, tryPlainly)) ?? (await this.#commit(writes, tryApart)) ?? [];
      } catch (error) {
        return writes.map(
          ({ reject }) =>
            () =>
              reject(error),
        );
      } finally {
        this.#last = { writes: writes.length, time: performance.now() - began };
      }
    });
    for (const done of settle) done();
  }

  /** One transaction of many writes; null, and nothing done, where one of them cannot be undone alone. */
  async #commit(writes: readonly Write[], attempt: Attempt): Promise<(() => void)[] | null> {
    try {
      this.#connection.exec("BEGIN IMMEDIATE");
      const settle: (() => void)[] = [];
      for (const { work, resolve, reject } of writes) {
        this.#hasChanged = false;
        const outcome = await attempt(
          this.#connection,
          () => work(this.#session),
          () => this.#hasChanged,
        );
        if (outcome === null) {
          this.#connection.exec("ROLLBACK");
          return null;
        }
        settle.push(() => ("result" in outcome ? resolve(outcome.result) : reject(outcome.error)));
      }
      this.#connection.exec("COMMIT");
      this.#commits += 1;
      return settle;
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
      throw error;
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
