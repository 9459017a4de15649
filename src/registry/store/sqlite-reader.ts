import type { Session, Snapshot } from "./database.ts";
import type { LibsqlConnection } from "./libsql-connection.ts";

interface Read {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The connection that reads: it sees what is committed, and waits for no write. */
export class SqliteReader {
  readonly #connection: LibsqlConnection;
  readonly #session: Session;
  #waiting: Read[] = [];
  #transaction: Promise<void> | null = null;

  constructor(connection: LibsqlConnection) {
    this.#connection = connection;
    this.#session = {
      all: async (query, given) => connection.all(query, given),
      first: async (query, given) => connection.all(query, given)[0],
    };
  }

  /** The reads of one turn share a transaction: to begin and end one costs more than most reads. */
  read<T>(work: (connection: LibsqlConnection) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.#readAll());
      this.#waiting.push({
        work: () => work(this.#connection),
        resolve: resolve as Read["resolve"],
        reject,
      });
    });
  }

  snapshot<T>(work: (session: Snapshot) => Promise<T>): Promise<T> {
    return this.alone(async (connection) => {
      connection.exec("BEGIN");
      try {
        return await work({ ...this.#session, state: () => String(connection.pragma("data_version")) });
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

  async #readAll(): Promise<void> {
    while (this.#transaction !== null) await this.#transaction;
    const reads = this.#waiting;
    this.#waiting = [];
    const isShared = reads.length > 1;
    try {
      if (isShared) this.#connection.exec("BEGIN");
      for (const read of reads) attempt(read);
      if (isShared) this.#connection.exec("COMMIT");
    } catch (error) {
      // Those that were answered already are: this does nothing to them.
      for (const { reject } of reads) reject(error);
    }
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
