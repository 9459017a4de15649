import type { Client } from "pg";
import { PointsmanError } from "../../errors.ts";
import { migrations } from "./migrations.ts";
import { schema } from "./postgres-database.ts";

/**
 * Brings a database's tables up to date, in one transaction. Of replicas that start together one does
 * it; the others wait, and find it done.
 * @param create whether they are made where there are none
 * @throws PointsmanError server-failed where a newer version made them, or there are none to be had
 */
export async function migratePostgres(client: Client, create: boolean): Promise<void> {
  if (await isCurrent(client)) return;
  if (!create && (await versionOf(client)) === null) {
    throw new PointsmanError(
      "server-failed",
      "there is no registry in the database: it has no tables of pointsman",
      { hint: "is --database right? `pointsman serve` makes the tables" },
    );
  }
  await client.query("BEGIN");
  try {
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('pointsman: migrations', 0))");
    if (!(await isCurrent(client))) await migrate(client);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

async function migrate(client: Client): Promise<void> {
  const steps = migrations("postgres");
  const version = await versionOf(client);
  if (version === null) {
    // Asked first: making one that is there needs the right to make others.
    const { rowCount } = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]);
    if (rowCount === 0) await client.query(`CREATE SCHEMA ${schema}`);
  }
  await client.query(`SET LOCAL search_path TO ${schema}`);
  if (version === null) {
    await client.query("CREATE TABLE format (version INTEGER NOT NULL)");
    await client.query("INSERT INTO format VALUES (0)");
  }
  for (const sql of steps.slice(version ?? 0).flat()) await client.query(sql);
  await client.query("UPDATE format SET version = $1", [steps.length]);
}

async function isCurrent(client: Client): Promise<boolean> {
  const [version, known] = [await versionOf(client), migrations("postgres").length];
  if (version === null || version <= known) return version === known;
  throw new PointsmanError(
    "server-failed",
    `the database was made by a newer pointsman (its format is ${version}, this one knows up to ${known})`,
    { hint: "update pointsman" },
  );
}

/** The number of the last step taken; null before the first. */
async function versionOf(client: Client): Promise<number | null> {
  // Asked of the catalogue's rows: what functions such as to_regclass() say of it is from before a wait.
  const made = "SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'format'";
  if ((await client.query(made, [schema])).rowCount === 0) return null;
  return (await client.query(`SELECT version FROM ${schema}.format`)).rows[0].version;
}
