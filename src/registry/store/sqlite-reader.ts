import type { Session, Snapshot } from "./database.ts";
import { HotRows } from "./hot-rows.ts";
import type { LibsqlConnection } from "./libsql-connection.ts";
import type { Query } from "./query.ts";

interface Read {
  /** What is known already, if that is to be asked first. */
  readonly recall?: () => unknown;
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The connection that reads: it sees what is committed, and waits for no write. */
export class SqliteReader {
  readonly #connection: LibsqlConnection;
  readonly #session: Session;
  readonly #hot = new HotRows();
  #waiting: Read[] = [];
  #transaction: Promise<void> | null = null;

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

  /** One row, which is remembered where its query is hot: to ask whether anything has changed costs one turn once. */
  first<Given, Row>(query: Query<Given, Row>, given: Given): Promise<Row | undefined> {
    if (!query.isHot) return this.#read(() => this.#connection.all(query, given)[0]);
    const [key = null] = query.bind(given);
    const recall = (): Row | undefined => this.#hot.get(query, key);
    const work = (): Row | undefined => {
      const [row] = this.#connection.all(query, given);
      if (row !== undefined) this.#hot.set(query, key, row);
      return row;
    };
    return this.#read(work, recall);
  }

  snapshot<T>(work: (session: Snapshot) => Promise<T>): Promise<T> {
    return this.alone(async (connection) => {
      connection.exec("BEGIN");
      try {
        return await work({ ...this.#session, state: () => connection.state() });
      } finally {
        connection.exec("COMMIT");
      }
    });
  }

  /** The connection for a while to one alone, in no transaction. */
  async alone<T>(work: (connection: LibsqlConnection) => Promise<T>): Promise<T> {
    while (this.#transaction !== null) await this.#transaction;
    let end = (): void => undefined;
    this.#transaction = new Promise((resolve) => (end = resolve));
    try {
      return await work(this.#connection);
    } finally {
      this.#transaction = null;
      end();
    }
  }

  /** Finishes what waits. */
  async close(): Promise<void> {
    await this.#readAll();
    this.#connection.close();
  }

  /** The reads of one turn share a transaction: to begin and end one costs more than most reads. */
  #read<T>(work: () => T, recall?: () => T | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#readAll());
      this.#waiting.push({
        work,
        resolve: resolve as Read["resolve"],
        reject,
        ...(recall === undefined ? {} : { recall }),
      });
    });
  }

  async #readAll(): Promise<void> {
    while (this.#transaction !== null) await this.#transaction;
    const asked = this.#waiting;
    this.#waiting = [];
    try {
      const reads = this.#recallAll(asked);
      const isShared = reads.length > 1;
      if (isShared) this.#connection.exec("BEGIN");
      for (const read of reads) attempt(read);
      if (isShared) this.#connection.exec("COMMIT");
    } catch (error) {
      // Those that were answered already are: this does nothing to them.
      for (const { reject } of asked) reject(error);
    }
  }

  /** Answers what is known; gives the rest. */
  #recallAll(reads: readonly Read[]): readonly Read[] {
    if (reads.every(({ recall }) => recall === undefined)) return reads;
    this.#hot.at(this.#connection.state());
    return reads.filter(({ recall, resolve }) => {
      const known = recall?.();
      if (known !== undefined) resolve(known);
      return known === undefined;
    });
  }
}

/** One that fails does so alone. */
function attempt({ work, resolve, reject }: Read): void {
  try {
    resolve(work());
  } catch (error) {
    reject(error);
  }
}
