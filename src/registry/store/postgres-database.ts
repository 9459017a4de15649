import { createHash } from "node:crypto";
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import type { Pool, PoolClient, QueryResult, QueryResultRow } from "pg";
import { PointsmanError } from "../../errors.ts";
import type { Database, Snapshot, WriteSession } from "./database.ts";
import { GroupedReads } from "./grouped-reads.ts";
import { isRetried, translated } from "./postgres-errors.ts";
import type { Query } from "./query.ts";
import type { Tables } from "./tables.ts";

/** The schema that holds the tables, so that they may share a database with others. */
export const schema = "pointsman";

const build = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
}).withSchema(schema);

/**
 * A replica that stops in the middle of a write must not hold its rows for ever. Set where they count, and
 * not for the connection: between here and the server may be a pool of others.
 */
const bounds = "SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '30s'";
const beginWrite = `BEGIN ISOLATION LEVEL READ COMMITTED; ${bounds}`;
const beginSnapshot = `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; ${bounds}`;

/** On a connection that does not even answer to this, it comes with its end; milliseconds. */
const rollback = { text: "ROLLBACK", query_timeout: 1000 };

/** How often a write is tried that the server undid because of others. */
const attempts = 20;

/** Connections to one server: writes may wait for rows that another replica holds, and reads are not to wait for them. */
export interface Pools {
  readonly reads: Pool;
  readonly writes: Pool;
}

/**
 * A server that is asked for everything: nothing is kept here, so what one replica wrote is what the next read
 * on another one gives.
 */
export class PostgresDatabase implements Database {
  readonly kind = "postgres";
  readonly build = build;
  readonly #pools: Pools;
  readonly #cut: () => void;
  readonly #hot = new Map<Query<never, unknown>, GroupedReads<unknown>>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  /** @param cut breaks all connections */
  constructor(pools: Pools, cut: () => void) {
    this.#pools = pools;
    this.#cut = cut;
  }

  all<Given, Row>(query: Query<Given, Row>, given: Given): Promise<Row[]> {
    return this.#use(async () => (await run(this.#pools.reads, query, given)).rows);
  }

  async first<Given, Row>(query: Query<Given, Row>, given: Given): Promise<Row | undefined> {
    if (!query.isHot) return (await this.all(query, given))[0];
    const [key = null] = query.bind(given);
    return this.#use(() => this.#grouped(query).first(key));
  }

  snapshot<T>(work: (session: Snapshot) => Promise<T>): Promise<T> {
    return this.#use(() =>
      this.#transaction(this.#pools.reads, beginSnapshot, (session) =>
        work({ ...session, state: () => null }),
      ),
    );
  }

  write<T>(work: (session: WriteSession) => Promise<T>): Promise<T> {
    return this.#use(async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#transaction(this.#pools.writes, beginWrite, work);
        } catch (error) {
          if (!isRetried(error) || attempt === attempts) throw error;
        }
      }
    });
  }

  async probe(query: Query<object, unknown>): Promise<void> {
    await this.all(query, {});
  }

  async backup(): Promise<void> {
    throw new PointsmanError("backup-failed", "PostgreSQL is backed up with its own programs", {
      hint: `for example: pg_dump --format=custom --schema=${schema} --file=FILE DATABASE_URL`,
    });
  }

  async close(patience?: number): Promise<void> {
    const late = patience === undefined ? undefined : setTimeout(this.#cut, patience);
    await (this.#closed ??= this.#close());
    clearTimeout(late);
  }

  async #close(): Promise<void> {
    // A pool forgets what still waits for a connection.
    await Promise.allSettled(this.#underWay);
    await Promise.all([this.#pools.reads.end(), this.#pools.writes.end()]);
  }

  #grouped<Given, Row>(query: Query<Given, Row>): GroupedReads<Row> {
    const known = this.#hot.get(query);
    if (known !== undefined) return known as GroupedReads<Row>;
    const made = new GroupedReads(
      query,
      async (sql, values) => (await ask(this.#pools.reads, sql, values)).rows,
    );
    this.#hot.set(query, made);
    return made;
  }

  async #use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw new Error("the database is closed");
    const result = work();
    this.#underWay.add(result);
    try {
      return await result;
    } catch (error) {
      throw translated(error);
    } finally {
      this.#underWay.delete(result);
    }
  }

  async #transaction<T>(pool: Pool, begin: string, work: (session: WriteSession) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken = false;
    try {
      await client.query(begin);
      const result = await work({
        all: async (query, given) => (await run(client, query, given)).rows,
        first: async (query, given) => (await run(client, query, given)).rows[0],
        run: async (query, given) => (await run(client, query, given)).rowCount ?? 0,
        append: async (rows, given) => (await run(client, rows.of(1), [given])).rowCount === 1,
      });
      const { command } = await client.query("COMMIT");
      // What the server says where something in the transaction failed.
      if (command !== "COMMIT") throw new Error("the transaction was not committed");
      return result;
    } catch (error) {
      await client.query(rollback).catch(() => (broken = true));
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

async function run<Given, Row>(
  client: Pool | PoolClient,
  query: Query<Given, Row>,
  given: Given,
): Promise<QueryResult<Row & QueryResultRow>> {
  return ask(client, query.sql, query.bind(given));
}

const names = new Map<string, string>();

/** Statements have names: each connection then parses and plans one once. */
async function ask<Row extends QueryResultRow>(
  client: Pool | PoolClient,
  text: string,
  values: unknown[],
): Promise<QueryResult<Row>> {
  const name = names.get(text) ?? createHash("sha256").update(text).digest("hex").slice(0, 32);
  names.set(text, name);
  return client.query({ name, text, values });
}
