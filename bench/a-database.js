import { randomBytes } from "node:crypto";
import pg from "pg";
import { startPostgres } from "../tools/postgres-server.js";

/**
 * A PostgreSQL server to measure on: the one that POINTSMAN_BENCH_DATABASE_URL names, where databases are made
 * and dropped, or one that is started of the programs that are installed; null without either, and says so.
 */
export function benchPostgres() {
  const given = process.env["POINTSMAN_BENCH_DATABASE_URL"];
  if (given) return { url: given, stop: () => undefined };
  const started = startPostgres();
  if (started === null) {
    console.error(
      "Nothing is measured on PostgreSQL: it is not installed, and POINTSMAN_BENCH_DATABASE_URL not set.",
    );
  }
  return started;
}

/** An empty database of its own on a server. */
export async function aDatabase(server) {
  const name = `pointsman_bench_${randomBytes(6).toString("hex")}`;
  await query(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    query: (text, values) => query(url.href, text, values),
    drop: () => query(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function query(url, text, values) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text, values);
  await client.end();
}
