import { Socket } from "node:net";
import { Client, type ClientConfig, Pool, types } from "pg";
import { PointsmanError } from "../../errors.ts";
import type { Database } from "./database.ts";
import { explainDatabaseUrl, shownUrl, withPlainMode } from "./database-url.ts";
import { migratePostgres } from "./migrate-postgres.ts";
import { PostgresDatabase } from "./postgres-database.ts";

/**
 * Opens the tables in a PostgreSQL database, and may make them if they are missing.
 * @param url `postgres://…`, as PostgreSQL's own programs take it; what it leaves out comes from PGPASSWORD and the like
 * @param options.patience how long to wait for a connection, in milliseconds, and twice that for an answer: longer than
 *   a write waits for others (postgres-database.ts)
 * @throws PointsmanError server-failed where that is impossible, or a newer version made the tables
 */
export async function openPostgres(
  url: string,
  options: { readonly patience: number; readonly connections: number; readonly create: boolean },
): Promise<Database> {
  const fault = explainDatabaseUrl(url);
  if (fault !== null) throw new PointsmanError("server-failed", fault);
  const sockets = new Set<Socket>();
  const settings: ClientConfig = {
    connectionString: withPlainMode(url),
    application_name: "pointsman",
    connectionTimeoutMillis: options.patience,
    keepAlive: true,
    stream: () => {
      const socket = new Socket();
      sockets.add(socket);
      return socket.once("close", () => sockets.delete(socket));
    },
    types: {
      // Counts are `bigint`: exact up to 2^53.
      getTypeParser: (oid, format) =>
        oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format),
    },
  };
  const open = (max: number): Pool => {
    // A connection may be lost without a word: its peer's machine is gone, or a firewall forgot it.
    const pool = new Pool({ ...settings, max, query_timeout: 2 * options.patience });
    // A connection that is lost: its query fails, and the next call makes another. While it is in use the
    // pool does not listen, and an error that nobody hears would end the process.
    pool.on("error", () => undefined);
    pool.on("connect", (client) => client.on("error", () => undefined));
    return pool;
  };
  const forReads = Math.ceil(options.connections * 0.3);
  const pools = { reads: open(forReads), writes: open(Math.max(1, options.connections - forReads)) };
  try {
    await migrate(settings, options.create);
    return new PostgresDatabase(pools, () => {
      for (const socket of sockets) socket.destroy();
    });
  } catch (error) {
    await Promise.all([pools.reads.end(), pools.writes.end()]);
    if (error instanceof PointsmanError) throw error;
    if (/client password must be/.test(reason(error))) {
      throw new PointsmanError("server-failed", `the database ${shownUrl(url)} wants a password`, {
        hint: "set PGPASSWORD",
        cause: error,
      });
    }
    throw new PointsmanError("server-failed", `cannot use the database ${shownUrl(url)}: ${reason(error)}`, {
      hint: "check that the server runs, the database exists and the user may create a schema in it",
    });
  }
}

/** By a connection of its own, which may wait: for another replica that does it, and for large tables. */
async function migrate(settings: ClientConfig, create: boolean): Promise<void> {
  const client = new Client(settings);
  client.on("error", () => undefined);
  try {
    await client.connect();
    await migratePostgres(client, create);
  } finally {
    await client.end();
  }
}

function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join("; ");
  return error instanceof Error ? error.message : String(error);
}
