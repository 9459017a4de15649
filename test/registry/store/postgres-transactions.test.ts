import { sql } from "kysely";
import { Client } from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Snapshot } from "../../../src/registry/store/database.ts";
import { openPostgres } from "../../../src/registry/store/open-postgres.ts";
import { openStore } from "../../../src/registry/store/open-store.ts";
import { query } from "../../../src/registry/store/query.ts";
import type { Author, Store } from "../../../src/registry/store/store.ts";
import { aDatabase, execute, hasServer } from "./a-database.ts";

const patient = { timeout: 60_000, interval: 10 };
const author: Author = { token: "token_1", name: "ci", source: null };

async function open(url: string): Promise<Store> {
  const store = await openStore(url);
  onTestFinished(() => store.close());
  return store;
}

async function openDatabase(url: string) {
  const database = await openPostgres(url, { patience: 10_000, connections: 2, create: true });
  onTestFinished(() => database.close());
  return database;
}

describe.runIf(hasServer)("on PostgreSQL", () => {
  test("reads go on while writes wait for a row that another replica holds", async () => {
    const url = await aDatabase();
    const store = await open(url);
    const { id } = await store.pipelines.publish({ name: "u/p", image: "1" }, author);
    await store.pointers.create({ pointer: "u/p:held", pointer_or_pipeline_id: id }, author);
    const [replica, watcher] = [new Client({ connectionString: url }), new Client({ connectionString: url })];
    for (const client of [replica, watcher]) {
      await client.connect();
      onTestFinished(() => client.end());
    }
    await replica.query("BEGIN");
    await replica.query("SELECT 1 FROM pointsman.pointers WHERE pointer = 'u/p:held' FOR UPDATE");
    let done = 0;
    const writes = Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        await store.pointers.patch("u/p:held", { locked: index % 2 === 0 }, author);
        done += 1;
      }),
    );
    writes.catch(() => undefined);
    const waits =
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    await expect.poll(async () => (await watcher.query(waits)).rows.length, patient).toBeGreaterThan(1);
    expect((await store.pointers.list({ skip: 0, limit: 10, deleted: false })).total).toBe(2);
    expect((await store.pointers.get("u/p:held", false)).pipeline_id).toBe(id);
    expect(done).toBe(0);
    await replica.query("COMMIT");
    await writes;
    expect(done).toBe(30);
  });

  test("a pipeline that is being deleted gains no pointer", async () => {
    const url = await aDatabase();
    const store = await open(url);
    const { id } = await store.pipelines.publish({ name: "u/p", image: "1" }, author);
    const other = await store.pipelines.publish({ name: "u/p", image: "2" }, author);
    await store.pointers.create({ pointer: "u/p:moved", pointer_or_pipeline_id: other.id }, author);
    // The deletion has to wait for us in its middle, where it hides the pipeline's version.
    await execute(
      url,
      `CREATE FUNCTION pointsman.wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM pg_advisory_xact_lock(5);
         RETURN NEW;
       END $$;
       CREATE TRIGGER wait BEFORE UPDATE ON pointsman.pointers FOR EACH ROW WHEN (NEW.hidden = 1)
         EXECUTE FUNCTION pointsman.wait()`,
    );
    const gate = new Client({ connectionString: url });
    await gate.connect();
    onTestFinished(() => gate.end());
    await gate.query("SELECT pg_advisory_lock(5)");
    const waits =
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    const waiting = async (): Promise<number> => (await gate.query(waits)).rows.length;
    const deletion = store.pipelines.delete(id, author, { force: false });
    await expect.poll(waiting, patient).toBe(1);

    let done = 0;
    const late = [
      store.pointers.create({ pointer: "u/p:by-id", pointer_or_pipeline_id: id }, author),
      store.pointers.create({ pointer: "u/p:by-name", pointer_or_pipeline_id: "u/p:v1" }, author),
      store.pointers.patch("u/p:moved", { pointer_or_pipeline_id: id }, author),
    ];
    const ends = Promise.allSettled(late.map((write) => write.finally(() => (done += 1))));
    // Either they wait for the deletion, or they are through.
    await expect.poll(async () => (await waiting()) + done, patient).toBe(1 + late.length);
    await gate.query("SELECT pg_advisory_unlock(5)");

    await deletion;
    for (const end of await ends) expect(end).toMatchObject({ reason: { status: 404 } });
    const { data } = await store.pointers.list({ skip: 0, limit: 10, deleted: true });
    expect(data.map(({ pointer, pipeline_id }) => [pointer, pipeline_id])).toEqual([
      ["u/p:moved", other.id],
      ["u/p:v1", id],
      ["u/p:v2", other.id],
    ]);
  });

  test("a page's rows and its total are of one state, whoever writes meanwhile", async () => {
    const url = await aDatabase();
    const [store, other] = [await open(url), await open(url)];
    const page = { skip: 0, limit: 10_000 };
    const read: { rows: number; total: number }[] = [];
    const upload = async (): Promise<void> => {
      while (read.length < 100) await other.pipelines.publish({ name: "u/p", image: "i" }, author);
    };
    const uploads = [upload(), upload()];
    while (read.length < 100) {
      const pages = [
        await store.pointers.list({ ...page, deleted: false }),
        await store.pipelines.list(page),
      ];
      read.push(...pages.map(({ data, total }) => ({ rows: data.length, total })));
    }
    await Promise.all(uploads);
    expect(read).toEqual(read.map(({ rows }) => ({ rows, total: rows })));
  });

  test("a write in which the server undid everything is an error, whatever became of the one statement", async () => {
    const database = await openDatabase(await aDatabase());
    const { build } = database;
    const insert = query((given: { name: string }) =>
      build.insertInto("families").values({ name: given.name, versions: 1 }),
    );
    const names = query(() => build.selectFrom("families").select("name"));
    const write = database.write(async (session) => {
      await session.run(insert, { name: "aa" });
      await session.run(insert, { name: "aa" }).catch(() => undefined);
    });
    await expect(write).rejects.toThrow("the transaction was not committed");
    expect(await database.all(names, {})).toEqual([]);
  });

  test("a replica that stops in the middle holds nothing for ever", async () => {
    const database = await openDatabase(await aDatabase());
    const setting = (name: string) => sql<string>`current_setting(${sql.lit(name)})`;
    const bounds = query(() =>
      database.build.selectNoFrom([
        setting("lock_timeout").as("lock"),
        setting("idle_in_transaction_session_timeout").as("idle"),
      ]),
    );
    const read = (session: Pick<Snapshot, "first">) => session.first(bounds, {});
    const bounded = { lock: expect.stringMatching(/^\d+s$/), idle: expect.stringMatching(/^\d+s$/) };
    expect(await database.write(read)).toEqual(bounded);
    expect(await database.snapshot(read)).toEqual(bounded);
    // A connection that a pool between here and the server gives to others is as it was.
    expect(await read(database)).toEqual({ lock: "0", idle: "0" });
  });
});
