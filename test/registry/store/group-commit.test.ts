import { join } from "node:path";
import { sql } from "kysely";
import Libsql from "libsql";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Database, WriteSession } from "../../../src/registry/store/database.ts";
import { LibsqlConnection } from "../../../src/registry/store/libsql-connection.ts";
import { openSqlite } from "../../../src/registry/store/open-sqlite.ts";
import { insertion, query } from "../../../src/registry/store/query.ts";
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

describe("rows that many writes add", () => {
  async function aTable() {
    const database = await aDatabase();
    const rows = insertion((given: readonly { name: string }[]) =>
      database.build
        .insertInto("families")
        .values(given.map(({ name }) => ({ name, versions: 1 })))
        .onConflict((taken) => taken.doNothing()),
    );
    const count = query(() =>
      database.build.selectFrom("families").select(({ fn }) => fn.countAll<number>().as("rows")),
    );
    let works = 0;
    /** Writes of one moment, in that order: whether each of their names was added, and how often one was worked on. */
    const add = async (names: readonly string[]) => {
      works = 0;
      const added = await Promise.all(
        names.map((name) =>
          database.write(async (session) => {
            works += 1;
            return session.append(rows, { name });
          }),
        ),
      );
      return { added, works };
    };
    return { database, rows, count, add };
  }

  test("are added together, whatever their number", async () => {
    const { database, count, add } = await aTable();
    const names = Array.from({ length: 77 }, (_, at) => `a${at}`);
    expect(await add(names)).toEqual({ added: names.map(() => true), works: 77 });
    expect(await database.all(count, {})).toEqual([{ rows: 77 }]);
  });

  test("are asked for by the write that adds them, where one of them is there already", async () => {
    const { database, count, add } = await aTable();
    await add(["aa"]);
    expect(await add(["bb", "aa", "cc", "bb"])).toEqual({ added: [true, false, true, false], works: 8 });
    expect(await database.all(count, {})).toEqual([{ rows: 3 }]);
    // Whoever asks for what is there does so again and again: for a while nothing is taken for granted.
    expect(await add(["dd", "aa"])).toEqual({ added: [true, false], works: 2 });
    for (let at = 0; at < 100; at++) await add([`a${at}`]);
    expect(await add(["ee", "aa"])).toEqual({ added: [true, false], works: 4 });
  });

  test("are seen by the writes after them, and go with a write that fails", async () => {
    const { database, rows, count } = await aTable();
    const added = (name: string) => database.write((session) => session.append(rows, { name }));
    const failing = () =>
      database.write(async (session) => {
        await session.append(rows, { name: "bb" });
        throw new Error("bb fails");
      });
    const counted = () => database.write((session) => session.all(count, {}));
    const forgotten = () => database.write((session) => session.run(forget, {}));
    const forget = query(() => database.build.deleteFrom("families"));
    expect(
      await Promise.all([added("aa"), added("bb"), counted(), added("cc"), forgotten(), counted()]),
    ).toEqual([true, true, [{ rows: 2 }], true, 3, [{ rows: 0 }]]);
    expect(await Promise.allSettled([added("aa"), counted(), failing(), added("cc"), counted()])).toEqual([
      { status: "fulfilled", value: true },
      { status: "fulfilled", value: [{ rows: 1 }] },
      { status: "rejected", reason: new Error("bb fails") },
      { status: "fulfilled", value: true },
      { status: "fulfilled", value: [{ rows: 2 }] },
    ]);
  });
});

test("rows that are added last go with the write that fails, and are in the order of the writes", async () => {
  const database = await aDatabase();
  const rows = insertion(
    (given: readonly { name: string }[]) =>
      database.build.insertInto("families").values(given.map(({ name }) => ({ name, versions: 1 }))),
    { isLast: true },
  );
  const names = query(() => database.build.selectFrom("families").select("name").orderBy(sql.ref("rowid")));
  const write = (name: string, fails: boolean) =>
    database.write(async (session) => {
      await session.append(rows, { name });
      if (fails) throw new Error(`${name} fails`);
    });
  const settled = await Promise.allSettled([write("cc", false), write("bb", true), write("aa", false)]);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await database.all(names, {})).toEqual([{ name: "cc" }, { name: "aa" }]);
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
