import type Libsql from "libsql";

/** What may be bound. The driver ends the whole process on a boolean, so there is none here. */
export type Value = string | number | null;

/** A prepared statement. `Row` is what its SQL gives: the driver cannot check. */
export interface Query<Row> {
  all(...values: Value[]): Row[];
  first(...values: Value[]): Row | undefined;
  run(...values: Value[]): void;
}

interface Write {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One connection to a registry's file. Several processes may hold one on the same file: writes take
 * turns, and `read` sees one state.
 */
export class Database {
  readonly #connection: Libsql.Database;
  #waiting: Write[] = [];
  #open = true;

  constructor(connection: Libsql.Database) {
    this.#connection = connection;
  }

  query<Row>(sql: string): Query<Row> {
    const statement = this.#connection.prepare<Value[][]>(sql);
    // `all` even for one row: the driver's `get` leaves the statement, and with it its snapshot, open.
    return {
      all: (...values) => statement.all(values) as Row[],
      first: (...values) => statement.all(values)[0] as Row | undefined,
      run: (...values) => void statement.run(values),
    };
  }

  /** Several reads of one state. `work` must not write. */
  read<T>(work: () => T): T {
    this.#connection.exec("BEGIN");
    try {
      return work();
    } finally {
      this.#connection.exec("COMMIT");
    }
  }

  /**
   * Runs `work` in a write transaction and settles once that is on disk. The writes of one turn of
   * the event loop share a transaction, because flushing it is what costs; one that throws undoes
   * itself alone.
   */
  write<T>(work: () => T): Promise<T> {
    // The driver ends the whole process where a closed connection is asked for its state.
    if (!this.#open) return Promise.reject(new Error("the database is closed"));
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#flush());
      this.#waiting.push({ work, resolve: resolve as Write["resolve"], reject });
    });
  }

  /** Finishes the writes that wait, and frees the file. */
  close(): void {
    this.#flush();
    this.#open = false;
    this.#connection.close();
  }

  #flush(): void {
    const writes = this.#waiting;
    if (writes.length === 0) return;
    this.#waiting = [];
    let settle: (() => void)[];
    try {
      this.#connection.exec("BEGIN IMMEDIATE");
      settle = writes.map((write) => this.#attempt(write));
      this.#connection.exec("COMMIT");
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
      settle = writes.map(
        ({ reject }) =>
          () =>
            reject(error),
      );
    }
    for (const done of settle) done();
  }

  #attempt({ work, resolve, reject }: Write): () => void {
    this.#connection.exec("SAVEPOINT attempt");
    try {
      const result = work();
      this.#connection.exec("RELEASE attempt");
      return () => resolve(result);
    } catch (error) {
      this.#connection.exec("ROLLBACK TO attempt");
      this.#connection.exec("RELEASE attempt");
      return () => reject(error);
    }
  }
}
