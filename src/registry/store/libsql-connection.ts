import type Libsql from "libsql";
import AsyncLibsql from "libsql/promise";
import type { Query, Value } from "./query.ts";
import { Unavailable } from "./unavailable.ts";

const dataVersion: Query<object, { readonly data_version: number }> = {
  sql: "PRAGMA data_version",
  writes: false,
  isHot: false,
  bind: () => [],
};

/**
 * The only door to the driver, which ends the whole process where a boolean is bound or a closed
 * connection is used: here both are errors.
 */
export class LibsqlConnection {
  readonly #driver: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement<Value[][]>>();
  #open = true;

  constructor(driver: Libsql.Database) {
    this.#driver = driver;
  }

  all<Given, Row>(query: Query<Given, Row>, given: Given): Row[] {
    const values = bound(query, given);
    // `all` even for one row: the driver's `get` leaves the statement, and with it its snapshot, open.
    return this.#guard(() => this.#statement(query.sql).all(values) as Row[]);
  }

  /** What gives no rows: twice as fast. Gives how many it changed. */
  run<Given>(query: Query<Given, unknown>, given: Given): number {
    const values = bound(query, given);
    return this.#guard(() => this.#statement(query.sql).run(values).changes);
  }

  /** Begins a transaction that writes; false where another connection is in one. */
  begin(): boolean {
    return this.#guard(() => {
      try {
        this.#statement("BEGIN IMMEDIATE").run();
        return true;
      } catch (error) {
        if ((error as { code?: string }).code?.startsWith("SQLITE_BUSY") === true) return false;
        throw error;
      }
    });
  }

  exec(sql: string): void {
    this.#guard(() => this.#driver.exec(sql));
  }

  /** Ends a transaction in a thread of the driver's own: this one need not wait until it is on disk. */
  async commit(): Promise<void> {
    // The driver has two classes for its connections, which differ only in who waits.
    const driver = this.#driver as unknown as AsyncLibsql;
    await this.#guard(() => AsyncLibsql.prototype.exec.call(driver, "COMMIT")).catch(explain);
  }

  /** The same text as long as no other connection has changed anything (https://www.sqlite.org/pragma.html#pragma_data_version). */
  state(): string {
    return String(this.all(dataVersion, {})[0]?.data_version);
  }

  pragma(name: string): unknown {
    const rows = this.#guard(() => this.#driver.pragma(name)) as Record<string, unknown>[];
    return rows[0]?.[name];
  }

  get inTransaction(): boolean {
    return this.#open && this.#driver.inTransaction;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#driver.close();
  }

  #statement(sql: string): Libsql.Statement<Value[][]> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#driver.prepare<Value[][]>(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guard<T>(work: () => T): T {
    if (!this.#open) throw new Error("the database is closed");
    try {
      return work();
    } catch (error) {
      return explain(error);
    }
  }
}

/** No fault of the statement: others who write, a disk that is full or fails. */
const passing = /^SQLITE_(?:BUSY|FULL|IOERR)/;

function explain(error: unknown): never {
  const { code = "", message } = error as Error & { code?: string };
  if (passing.test(code)) throw new Unavailable(message, { cause: error });
  throw error;
}

function bound<Given>(query: Query<Given, unknown>, given: Given): Value[] {
  const values = query.bind(given);
  for (const value of values) {
    if (typeof value !== "string" && typeof value !== "number" && value !== null) {
      throw new TypeError(`a ${typeof value} cannot be bound: ${query.sql}`);
    }
  }
  return values;
}
