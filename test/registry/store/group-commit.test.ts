import { join } from "node:path";
import Libsql from "libsql";
import { expect, onTestFinished, test } from "vitest";
import type { Database, WriteSession } from "../../../src/registry/store/database.ts";
import { LibsqlConnection } from "../../../src/registry/store/libsql-connection.ts";
import { openSqlite } from "../../../src/registry/store/open-sqlite.ts";
import { query } from "../../../src/registry/store/query.ts";
import { Unavailable } from "../../../src/registry/store/unavailable.ts";
import { aFolder } from "../a-registry.ts";

async function aDatabase(): Promise<Database> {
  const database = openSqlite(await aFolder(), { patience: 1000, create: true });
  onTestFinished(() => database.close());
  return database;
}

const insertInto = ({ build }: Database) =>
  query((given: { name: string }) => build.insertInto("families").values({ name: given.name, versions: 1 }));

test("of writes that share a transaction one that fails late is undone, and it alone", async () => {
  const database = await aDatabase();
  const insert = insertInto(database);
  const names = query(() => database.build.selectFrom("families").select("name").orderBy("name"));
  const write = (name: string, fails: boolean) => async (session: WriteSession) => {
    await session.run(insert, { name });
    if (fails) throw new Error(`${name} fails`);
    return name;
  };
  const settled = await Promise.allSettled([
    database.write(write("aa", false)),
    database.write(write("bb", true)),
    database.write(write("aa", false)), // taken: the database's own error
    database.write(write("cc", false)),
  ]);
  expect(settled).toEqual([
    { status: "fulfilled", value: "aa" },
    { status: "rejected", reason: new Error("bb fails") },
    { status: "rejected", reason: expect.objectContaining({ code: "SQLITE_CONSTRAINT_PRIMARYKEY" }) },
    { status: "fulfilled", value: "cc" },
  ]);
  expect(await database.all(names, {})).toEqual([{ name: "aa" }, { name: "cc" }]);
});

test("where SQLite undoes a whole transaction by itself, as on a full disk, none of its writes is confirmed", async () => {
  const database = await aDatabase();
  const insert = insertInto(database);
  const names = query(() => database.build.selectFrom("families").select("name"));
  const undo = { sql: "ROLLBACK", writes: false, isHot: false, bind: () => [] };
  const settled = await Promise.allSettled([
    database.write(async (session) => session.run(insert, { name: "aa" })),
    database.write(async (session) => {
      await session.all(undo, {});
      throw new Error("database or disk is full");
    }),
    database.write(async (session) => session.run(insert, { name: "bb" })),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(await database.all(names, {})).toEqual([]);
});

test("the same where each write of it can be undone alone", async () => {
  const database = await aDatabase();
  const insert = insertInto(database);
  const names = query(() => database.build.selectFrom("families").select("name"));
  const undo = { sql: "ROLLBACK", writes: false, isHot: false, bind: () => [] };
  const full = new Error("database or disk is full");
  const failing = (name: string) => async (session: WriteSession) => {
    await session.run(insert, { name });
    throw new Error(`${name} fails late`);
  };
  const settled = await Promise.allSettled([
    database.write(failing("aa")),
    database.write(async (session) => {
      await session.run(insert, { name: "bb" });
      await session.all(undo, {});
      throw full;
    }),
  ]);
  expect(settled).toEqual([
    { status: "rejected", reason: full },
    { status: "rejected", reason: full },
  ]);
  expect(await database.all(names, {})).toEqual([]);
});

test("a disk that is full makes a write unavailable, not wrong", async () => {
  const folder = await aFolder();
  await openSqlite(folder, { patience: 1000, create: true }).close();
  const connection = new LibsqlConnection(new Libsql(join(folder, "registry.db")));
  onTestFinished(() => connection.close());
  connection.pragma("max_page_count = 20");
  const fill = {
    sql: "INSERT INTO families VALUES (hex(randomblob(100000)), 1)",
    writes: true,
    isHot: false,
  };
  expect(() => connection.run({ ...fill, bind: () => [] }, {})).toThrow(Unavailable);
});

test("a boolean is refused, which the driver would end the process on", async () => {
  const database = await aDatabase();
  const find = query((given: { name: string }) =>
    database.build.selectFrom("families").select("name").where("name", "=", given.name),
  );
  await expect(database.all(find, { name: true as never })).rejects.toThrow("a boolean cannot be bound");
});

test("reads wait for no write, and see nothing of it before it is done", async () => {
  const database = await aDatabase();
  const insert = insertInto(database);
  const names = query(() => database.build.selectFrom("families").select("name"));
  const meanwhile = await database.write(async (session) => {
    await session.run(insert, { name: "aa" });
    return [await database.all(names, {}), await database.snapshot((state) => state.all(names, {}))];
  });
  expect(meanwhile).toEqual([[], []]);
  expect(await database.all(names, {})).toEqual([{ name: "aa" }]);
});
