import { type Attempt, tryApart, tryPlainly } from "./attempts.ts";
import type { Session, WriteSession } from "./database.ts";
import type { LibsqlConnection } from "./libsql-connection.ts";

interface Write {
  readonly work: (session: WriteSession) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The connection that writes. Writes of about the same time share a transaction, because flushing it is
 * what costs; one that throws undoes itself alone. While one transaction is flushed, outside of this
 * thread, the writes for the next one come together.
 */
export class SqliteWriter {
  readonly #connection: LibsqlConnection;
  readonly #session: WriteSession;
  /** Whether the write under way has changed anything yet. */
  #hasChanged = false;
  #waiting: Write[] = [];
  #working: Promise<void> | null = null;
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
        const hadChanged = this.#hasChanged;
        this.#hasChanged = true;
        const changed = connection.run(query, given);
        if (changed === 0) this.#hasChanged = hadChanged;
        return changed;
      },
    };
  }

  write<T>(work: (session: WriteSession) => Promise<T>): Promise<T> {
    if (!this.#open) return Promise.reject(new Error("the database is closed"));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Write["resolve"], reject });
      this.#working ??= this.#work();
    });
  }

  /** Finishes what waits. */
  async close(): Promise<void> {
    this.#open = false;
    await this.#working;
    this.#connection.close();
  }

  async #work(): Promise<void> {
    let answered = 0;
    while (this.#waiting.length > 0) {
      await nextTurn();
      const writes = this.#waiting.splice(0, halfOf(this.#waiting.length, answered));
      for (const done of await this.#flush(writes)) done();
      answered = writes.length;
    }
    this.#working = null;
  }

  async #flush(writes: readonly Write[]): Promise<(() => void)[]> {
    try {
      return (await this.#commit(writes, tryPlainly)) ?? (await this.#commit(writes, tryApart)) ?? [];
    } catch (error) {
      return writes.map(
        ({ reject }) =>
          () =>
            reject(error),
      );
    }
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
        // Where the disk is full SQLite may undo all of it by itself (https://www.sqlite.org/lang_transaction.html).
        if ("error" in outcome && !this.#connection.inTransaction) throw outcome.error;
        settle.push(() => ("result" in outcome ? resolve(outcome.result) : reject(outcome.error)));
      }
      await this.#connection.commit();
      return settle;
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
      throw error;
    }
  }
}

/**
 * How many of those that wait share a transaction. Callers that write again and again would be all in one, and
 * then nobody is answered while it is flushed, or in a large and a small one by turns: half of them at a time
 * keep both the disk and this thread busy.
 */
function halfOf(waiting: number, answered: number): number {
  return answered === 0 ? waiting : Math.ceil((waiting + answered) / 2);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
