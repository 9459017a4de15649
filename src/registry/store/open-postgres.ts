import { Pool, types } from "pg";
import { PointsmanError } from "../../errors.ts";
import type { Database } from "./database.ts";
import { explainDatabaseUrl, shownUrl } from "./database-url.ts";
import { migratePostgres } from "./migrate-postgres.ts";
import { PostgresDatabase } from "./postgres-database.ts";

/**
 * Opens the tables in a PostgreSQL database, and makes them if they are missing.
 * @param url `postgres://…`, as PostgreSQL's own programs take it; what it leaves out comes from PGPASSWORD and the like
 * @param patience how long to wait for a connection, in milliseconds
 * @throws PointsmanError server-failed where that is impossible, or a newer version made the tables
 */
export async function openPostgres(
  url: string,
  options: { readonly patience: number; readonly connections: number },
): Promise<Database> {
  const fault = explainDatabaseUrl(url);
  if (fault !== null) throw new PointsmanError("server-failed", fault);
  const pool = new Pool({
    connectionString: url,
    application_name: "pointsman",
    connectionTimeoutMillis: options.patience,
    keepAlive: true,
    max: options.connections,
    types: {
      // Counts are `bigint`: exact up to 2^53.
      getTypeParser: (oid, format) =>
        oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format),
    },
  });
  // A connection that is lost: its query fails, and the next call makes another. While it is in use the
  // pool does not listen, and an error that nobody hears would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  try {
    await migratePostgres(pool);
    return new PostgresDatabase(pool);
  } catch (error) {
    await pool.end();
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

function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join("; ");
  return error instanceof Error ? error.message : String(error);
}
