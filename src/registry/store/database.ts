import type { Kysely } from "kysely";
import type { Insertion, Lookup, Query } from "./query.ts";
import type { Tables } from "./tables.ts";

/** Where queries are run: on the database as it is, or in one transaction. */
export interface Session {
  all<Given, Row>(query: Query<Given, Row>, given: Given): Promise<Row[]>;
  first<Given, Row>(query: Query<Given, Row>, given: Given): Promise<Row | undefined>;
}

/** Several reads of one state. */
export interface Snapshot extends Session {
  /** The same text as long as nothing in the database has changed; null where nobody can say. */
  state(): string | null;
}

/** Where a write is: in a transaction. */
export interface WriteSession extends Session {
  /** Runs what gives no rows; says how many it changed. */
  run<Given>(query: Query<Given, unknown>, given: Given): Promise<number>;
  /**
   * Adds a row, with those of other writes where that is cheaper. Says whether it was added, which may be taken
   * for granted at first: if it was not, all that `work` did is undone, and it is run again. Of rows that are
   * added last it is always taken for granted.
   */
  append<Given>(rows: Insertion<Given>, given: Given): Promise<boolean>;
}

/** A row that a write asks for first, with this very object: it may then be read together with those of others. */
export interface Ahead {
  readonly lookup: Lookup<never, unknown>;
  readonly given: object;
}

/** A database that is open. All calls may throw `Unavailable`. */
export interface Database extends Session {
  readonly kind: "sqlite" | "postgres";
  /** Builds queries in the database's own SQL. It executes none: see `query`. */
  readonly build: Kysely<Tables>;
  /** Several reads of one state. */
  snapshot<T>(work: (session: Snapshot) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in a transaction and settles once that is durable; one that throws is undone. It may be
   * run again where the database asks for that, so it does nothing but query.
   */
  write<T>(work: (session: WriteSession) => Promise<T>, ahead?: Ahead): Promise<T>;
  /** Runs a query on the data as they are, past all that is remembered of them, and throws where that fails. */
  probe(query: Query<object, unknown>): Promise<void>;
  /** @throws PointsmanError backup-failed */
  backup(file: string): Promise<void>;
  close(patience?: number): Promise<void>;
}
