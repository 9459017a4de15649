import { setTimeout as sleep } from "node:timers/promises";
import { AppendedRows } from "./appended-rows.ts";
import { type Attempt, tryApart, tryPlainly } from "./attempts.ts";
import type { Ahead, Session, WriteSession } from "./database.ts";
import type { LibsqlConnection } from "./libsql-connection.ts";
import type { Query } from "./query.ts";
import { RowsAhead } from "./rows-ahead.ts";
import type { SqliteProbe } from "./sqlite-probe.ts";
import { Unavailable } from "./unavailable.ts";

interface Write {
  readonly ahead: Ahead | undefined;
  readonly work: (session: WriteSession) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds between two questions whether another process has done writing. */
const longestPause = 20;

/** How writes share a transaction. */
interface Way {
  /** Whether they add rows together. */
  readonly together: boolean;
  readonly attempt: Attempt;
}

/** From the cheapest to the one that always does: each is for what the one before does not do for. */
const ways: readonly Way[] = [
  { together: true, attempt: tryPlainly },
  { together: false, attempt: tryPlainly },
  { together: false, attempt: tryApart },
];

/**
 * The connection that writes. Writes of about the same time share a transaction, because flushing it is
 * what costs; one that throws undoes itself alone. While one transaction is flushed, outside of this
 * thread, the writes for the next one come together.
 */
export class SqliteWriter {
  readonly #connection: LibsqlConnection;
  readonly #patience: number;
  readonly #probe: SqliteProbe;
  readonly #session: WriteSession;
  /** Whether the write under way has changed anything yet. */
  #hasChanged = false;
  /** Whether rows of many writes are added together: whether they could be is known later. */
  #together = true;
  /** Whether one of these could not, or it failed to add them. */
  #hasMissed = false;
  /** For how many transactions that is not tried, after one that could not. */
  #carefulFor = 0;
  readonly #rows = new AppendedRows();
  readonly #lastRows = new AppendedRows();
  readonly #ahead = new RowsAhead();
  #waiting: Write[] = [];
  #working: Promise<void> | null = null;
  #open = true;

  /** @param patience how long to wait for another process's write, in milliseconds */
  constructor(connection: LibsqlConnection, probe: SqliteProbe, patience: number) {
    this.#connection = connection;
    this.#probe = probe;
    this.#patience = patience;
    const all: Session["all"] = async (query, given) => {
      this.#add(this.#rows);
      if (query.writes) {
        this.#hasChanged = true;
        this.#ahead.forget();
      }
      return connection.all(query, given);
    };
    const change = <Given>(query: Query<Given, unknown>, given: Given): number => {
      this.#add(this.#rows);
      const hadChanged = this.#hasChanged;
      this.#hasChanged = true;
      const changed = connection.run(query, given);
      if (changed === 0) this.#hasChanged = hadChanged;
      return changed;
    };
    this.#session = {
      all,
      first: async <Given, Row>(query: Query<Given, Row>, given: Given) => {
        const known = this.#ahead.get(query, given);
        return known === undefined ? (await all(query, given))[0] : (known.row as Row | undefined);
      },
      run: async (query, given) => {
        this.#ahead.forget();
        return change(query, given);
      },
      append: async (rows, given) => {
        if (rows.isLast) {
          this.#lastRows.add(rows, given);
          return true;
        }
        if (rows.key === undefined) this.#ahead.forget();
        else this.#ahead.change(given[rows.key]);
        if (!this.#together) return change(rows.of(1), [given]) === 1;
        this.#hasChanged = true;
        this.#rows.add(rows, given);
        return true;
      },
    };
  }

  write<T>(work: (session: WriteSession) => Promise<T>, ahead?: Ahead): Promise<T> {
    if (!this.#open) return Promise.reject(new Error("the database is closed"));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ ahead, work, resolve: resolve as Write["resolve"], reject });
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
    const first = this.#carefulFor === 0 ? 0 : 1;
    if (first === 1) this.#carefulFor -= 1;
    try {
      for (const way of ways.slice(first)) {
        const settle = await this.#commit(writes, way);
        if (settle !== null) return settle;
      }
      // The last way can only miss rows that are added last, which nothing forbids.
      throw new Error("a row was not added");
    } catch (error) {
      return writes.map(
        ({ reject }) =>
          () =>
            reject(error),
      );
    }
  }

  /** One transaction of many writes; null, and nothing done, where this way does not do for them. */
  async #commit(writes: readonly Write[], { together, attempt }: Way): Promise<(() => void)[] | null> {
    this.#together = together;
    this.#hasMissed = false;
    this.#rows.cutTo(0);
    this.#lastRows.cutTo(0);
    try {
      await this.#begin();
      this.#ahead.read(
        this.#connection,
        writes.flatMap(({ ahead }) => ahead ?? []),
      );
      const settle: (() => void)[] = [];
      for (const { work, resolve, reject } of writes) {
        this.#hasChanged = false;
        const before = this.#lastRows.length;
        const outcome = await attempt(
          this.#connection,
          () => work(this.#session),
          () => this.#hasChanged,
        );
        if (this.#hasMissed) return this.#miss();
        if (outcome === null) return this.#undo();
        if ("error" in outcome && !this.#connection.inTransaction) throw outcome.error;
        if ("error" in outcome) this.#lastRows.cutTo(before);
        settle.push(() => ("result" in outcome ? resolve(outcome.result) : reject(outcome.error)));
      }
      this.#add(this.#rows);
      this.#add(this.#lastRows);
      if (this.#hasMissed) return this.#miss();
      await this.#connection.commit();
      return settle;
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  /** SQLite itself would wait in this thread, and everybody with it. */
  async #begin(): Promise<void> {
    // It would go on writing to files that nobody finds any more, and confirm it.
    this.#probe.find();
    const end = performance.now() + this.#patience;
    for (let pause = 1; !this.#connection.begin(); pause = Math.min(2 * pause, longestPause)) {
      if (performance.now() > end) throw new Unavailable("another process is writing to the database");
      await sleep(pause);
    }
  }

  /** Adds rows that are to be there from now on. They may be others' than of the write that asks for it. */
  #add(rows: AppendedRows): void {
    let added = false;
    try {
      added = rows.flush(this.#connection);
    } finally {
      if (!added) this.#hasMissed = true;
    }
  }

  /** Whoever asks for what is there already mostly does so again. */
  #miss(): null {
    this.#carefulFor = 100;
    return this.#undo();
  }

  #undo(): null {
    // Where the disk is full SQLite may have done so by itself (https://www.sqlite.org/lang_transaction.html).
    if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
    return null;
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
