import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { atEnd } from "../../at-end.ts";

const postgres = inject("postgres");

/** Whether there is a server to test on. If not, what would have started one has said why. */
export const hasServer = "url" in postgres;

let made: Promise<string> | undefined;

/** The URL of a database without a registry in it. It is the test file's own, and goes away with it. */
export async function aDatabase(): Promise<string> {
  const url = await (made ??= makeDatabase());
  await execute(url, "DROP SCHEMA IF EXISTS pointsman CASCADE");
  return url;
}

async function makeDatabase(): Promise<string> {
  const name = `pointsman_test_${randomBytes(6).toString("hex")}`;
  atEnd(async () => {
    made = undefined;
    await execute(server(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
  await execute(server(), `CREATE DATABASE ${name}`);
  const url = new URL(server());
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs SQL past the store, in one transaction; gives the rows that a single statement has. */
export async function execute(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function server(): string {
  if ("missing" in postgres) throw new Error(postgres.missing);
  return postgres.url;
}
