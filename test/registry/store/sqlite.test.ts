import { copyFile, readFile, readdir, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "libsql";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createApp } from "../../../src/registry/http/app.ts";
import { openLog } from "../../../src/registry/http/open-log.ts";
import { LibsqlConnection } from "../../../src/registry/store/libsql-connection.ts";
import { openStore } from "../../../src/registry/store/open-store.ts";
import type { Author, Store } from "../../../src/registry/store/store.ts";
import { aFolder } from "../a-registry.ts";
import { aRun } from "../a-run.ts";

const author: Author = { token: "token_1", name: "ci", source: null };

async function open(folder: string): Promise<Store> {
  const store = await openStore(folder);
  onTestFinished(() => store.close());
  return store;
}

const everything = { skip: 0, limit: 10_000, deleted: true };
const namesOf = async (store: Store) =>
  (await store.pointers.list(everything)).data.map((row) => row.pointer);
const versions = (count: number) => Array.from({ length: count }, (_, index) => `u/p:v${index + 1}`).sort();

test("200 uploads at once over two stores on one folder are v1 to v200", async () => {
  const folder = await aFolder();
  const stores = [await open(folder), await open(folder)];
  const uploads = Array.from({ length: 200 }, (_, index) =>
    stores[index % 2]!.pipelines.publish({ name: "u/p", image: String(index) }, author),
  );
  const ids = (await Promise.all(uploads)).map(({ id }) => id);
  expect(new Set(ids).size).toBe(200);
  expect(await namesOf(stores[0]!)).toEqual(versions(200));
  const listed = await stores[1]!.pointers.list(everything);
  expect(new Set(listed.data.map((row) => row.pipeline_id))).toEqual(new Set(ids));
});

test("a write waits for another process's, and nobody else does", async () => {
  const folder = await aFolder();
  const store = await open(folder);
  await store.pipelines.publish({ name: "u/p", image: "i" }, author);
  const other = new Database(join(folder, "registry.db"));
  onTestFinished(() => void other.close());
  other.exec("BEGIN IMMEDIATE");
  let isWritten = false;
  const upload = store.pipelines.publish({ name: "u/p", image: "i" }, author).then(() => (isWritten = true));
  await sleep(50);
  expect([await namesOf(store), isWritten]).toEqual([["u/p:v1"], false]);
  other.exec("COMMIT");
  await upload;
  expect(await namesOf(store)).toEqual(["u/p:v1", "u/p:v2"]);
});

test("a write does not wait for another process's for ever", async () => {
  const folder = await aFolder();
  const store = await openStore(folder, { patience: 50 });
  onTestFinished(() => store.close());
  const other = new Database(join(folder, "registry.db"));
  onTestFinished(() => void other.close());
  other.exec("BEGIN IMMEDIATE");
  const upload = () => store.pipelines.publish({ name: "u/p", image: "i" }, author);
  await expect(upload()).rejects.toMatchObject({ name: "Unavailable" });
  other.exec("COMMIT");
  await upload();
  expect(await namesOf(store)).toEqual(["u/p:v1"]);
});

test("creates of one name at once: one makes it, the others are told", async () => {
  const folder = await aFolder();
  const stores = [await open(folder), await open(folder)];
  const { id } = await stores[0]!.pipelines.publish({ name: "u/p", image: "i" }, author);
  const creates = Array.from({ length: 50 }, (_, index) =>
    stores[index % 2]!.pointers.create({ pointer: "u/p:latest", pointer_or_pipeline_id: id }, author),
  );
  const settled = await Promise.allSettled(creates);
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const one of settled) {
    if (one.status === "rejected") expect(one.reason).toMatchObject({ status: 409 });
  }
});

test("a refused write does not disturb those of the same moment", async () => {
  const store = await open(await aFolder());
  const { id } = await store.pipelines.publish({ name: "u/p", image: "i" }, author);
  const settled = await Promise.allSettled(
    ["u/p:aa", "no name", "u/p:bb", "u/p:aa", "u/p:cc"].map((pointer) =>
      store.pointers.create({ pointer, pointer_or_pipeline_id: id }, author),
    ),
  );
  expect(settled.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(await namesOf(store)).toEqual(["u/p:aa", "u/p:bb", "u/p:cc", "u/p:v1"]);
});

test("moves of one moment are read together, also for a while after a create found its name taken", async () => {
  const store = await open(await aFolder());
  const [old, next] = [
    await store.pipelines.publish({ name: "u/p", image: "1" }, author),
    await store.pipelines.publish({ name: "u/p", image: "2" }, author),
  ];
  const names = Array.from({ length: 40 }, (_, index) => `u/p:tag${index}`);
  const create = (pointer: string) =>
    store.pointers.create({ pointer, pointer_or_pipeline_id: old.id }, author);
  await Promise.all(names.map(create));
  await expect(create(names[0]!)).rejects.toThrow("exists already");
  const reads = vi.spyOn(LibsqlConnection.prototype, "all");
  onTestFinished(() => reads.mockRestore());
  const moved = await Promise.all(
    names.map((name) => store.pointers.patch(name, { pointer_or_pipeline_id: next.id }, author)),
  );
  expect(reads).toHaveBeenCalledTimes(2); // 32 of them and 8
  expect(moved.map(({ pointer }) => pointer.pipeline_id)).toEqual(names.map(() => next.id));
});

test("what was confirmed is there after a restart", async () => {
  const folder = await aFolder();
  const first = await openStore(folder);
  const pipeline = await first.pipelines.publish({ name: "u/p", image: "i", extras: { a: 1 } }, author);
  const pointer = await first.pointers.create(
    { pointer: "u/p:latest", pointer_or_pipeline_id: pipeline.id, locked: true },
    author,
  );
  await first.close();
  const second = await open(folder);
  expect(await second.pipelines.get(pipeline.id)).toEqual(pipeline);
  expect(await second.pointers.get("u/p:latest", false)).toEqual(pointer);
  await second.pipelines.publish({ name: "u/p", image: "i" }, author);
  expect(await namesOf(second)).toEqual(["u/p:latest", "u/p:v1", "u/p:v2"]);
});

test("writes under way when a store closes are finished", async () => {
  const folder = await aFolder();
  const store = await openStore(folder);
  const upload = store.pipelines.publish({ name: "u/p", image: "i" }, author);
  await store.close();
  await upload;
  expect(await namesOf(await open(folder))).toEqual(["u/p:v1"]);
  await expect(store.pipelines.publish({ name: "u/p", image: "i" }, author)).rejects.toThrow(
    "the database is closed",
  );
});

test("a write that another process does not let through is 503, and did not happen", async () => {
  const folder = await aFolder();
  const store = await openStore(folder, { patience: 20 });
  onTestFinished(() => store.close());
  const other = new Database(join(folder, "registry.db"));
  onTestFinished(() => void other.close());
  other.exec("BEGIN IMMEDIATE");
  const lines: string[] = [];
  const app = createApp({
    store,
    access: null,
    log: openLog("error", { write: (line) => lines.push(line) }),
  });
  const answer = await app.inject({
    method: "POST",
    url: "/v4/pipelines",
    payload: { name: "u/p", image: "i" },
  });
  expect(answer.statusCode).toBe(503);
  expect(answer.headers["retry-after"]).toBe("1");
  expect(answer.json()).toEqual({ detail: "the registry cannot do that now: try again" });
  expect(lines).toHaveLength(1);
  other.exec("ROLLBACK");
  expect(await namesOf(store)).toEqual([]);
});

test("a failure is 500 without its reason, which the operator gets", async () => {
  const store = await openStore(await aFolder());
  await store.close();
  const lines: string[] = [];
  const app = createApp({
    store,
    access: null,
    log: openLog("error", { write: (line) => lines.push(line) }),
  });
  const answer = await app.inject({ url: "/v4/pointers", headers: { "x-correlation-id": "here" } });
  expect([answer.statusCode, answer.json()]).toEqual([500, { detail: "Internal Server Error" }]);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: "error",
      msg: "request failed",
      correlation_id: "here",
      method: "GET",
      path: "/v4/pointers",
      err: expect.objectContaining({ message: "the database is closed" }),
    }),
  ]);
});

test("runs of a process that is gone are shown as failed, those of one that lives as running", async () => {
  const folder = await aFolder();
  const gone = await openStore(folder, { runs: { kept: 100, lease: 40 } });
  const lives = await openStore(folder, { runs: { kept: 100, lease: 60_000 } });
  onTestFinished(() => lives.close());
  await gone.runs.save([aRun("run_1")]);
  await gone.close();
  await lives.runs.save([aRun("run_2")]);
  await vi.waitFor(async () => expect(await lives.runs.get("run_1")).toMatchObject({ state: "failed" }));
  expect((await lives.runs.get("run_1"))?.error).toMatchObject({ type: "unknown" });
  expect(await lives.runs.get("run_2")).toMatchObject({ state: "running", error: null });
});

test("a process says again and again that it lives while a run is in hand", async () => {
  const folder = await aFolder();
  const store = await openStore(folder, { runs: { kept: 100, lease: 40 } });
  onTestFinished(() => store.close());
  const raw = new Database(join(folder, "registry.db"));
  onTestFinished(() => void raw.close());
  const aliveUntil = (): number => Number(raw.prepare("SELECT alive_until FROM runs").pluck().all()[0]);
  await store.runs.save([aRun("run_1")]);
  const first = aliveUntil();
  await vi.waitFor(() => expect(aliveUntil()).toBeGreaterThan(first));
});

test("a run in hand is running, though its process could not say for long that it lives", async () => {
  const folder = await aFolder();
  const runs = { kept: 100, lease: 400 };
  const store = await openStore(folder, { runs, patience: 0 });
  const other = await openStore(folder);
  onTestFinished(async () => void (await Promise.all([store.close(), other.close()])));
  await store.runs.save([aRun("run_1")]);
  const raw = new Database(join(folder, "registry.db"));
  onTestFinished(() => void raw.close());
  raw.exec("BEGIN IMMEDIATE");
  const stateFor = async (reader: Store) => (await reader.runs.get("run_1"))?.state;
  await vi.waitFor(async () => expect(await stateFor(other)).toBe("failed"));
  expect(await stateFor(store)).toBe("running");
  raw.exec("COMMIT");
  await vi.waitFor(async () => expect(await stateFor(other)).toBe("running"));
});

test("only the newest runs are kept, and those in hand", async () => {
  const folder = await aFolder();
  const store = await openStore(folder, { runs: { kept: 20, lease: 60_000 } });
  onTestFinished(() => store.close());
  await store.runs.save([aRun("run_0")]);
  for (let at = 1; at <= 61; at++)
    await store.runs.save([aRun(`run_${at}`, { state: "completed", created_at: at })]);
  await vi.waitFor(async () => expect(await store.runs.get("run_41")).toBeNull());
  expect(await store.runs.get("run_0")).toMatchObject({ state: "running" });
  expect(await store.runs.get("run_42")).not.toBeNull();
});

test("many runs go a few at a time, and nobody waits for the last of them", async () => {
  const folder = await aFolder();
  const store = await openStore(folder, { runs: { kept: 10, lease: 60_000 } });
  onTestFinished(() => store.close());
  const raw = new Database(join(folder, "registry.db"));
  onTestFinished(() => void raw.close());
  const left = (): number => Number(raw.prepare("SELECT count(*) FROM runs").pluck().all()[0]);
  const ended = (at: number) => aRun(`run_${at}`, { state: "completed", created_at: at });
  await store.runs.save(Array.from({ length: 2000 }, (_, at) => ended(at)));
  for (let at = 2000; at < 2010; at++) await store.runs.save([ended(at)]);
  expect(left()).toBeGreaterThan(1500);
  await vi.waitFor(() => expect(left()).toBeLessThan(25), 10_000);
});

test("the audit is append-only", async () => {
  const folder = await aFolder();
  const store = await open(folder);
  await store.pipelines.publish({ name: "u/p", image: "i" }, author);
  const raw = new Database(join(folder, "registry.db"));
  onTestFinished(() => void raw.close());
  for (const sql of ["UPDATE audit SET token = 'x'", "DELETE FROM audit"]) {
    expect(() => raw.exec(sql)).toThrow("the audit is append-only");
  }
  expect((await store.pointers.history("u/p:v1", everything)).total).toBe(1);
});

test("a backup is a store of its own, made while the first is written to", async () => {
  const folder = await aFolder();
  const store = await open(folder);
  await store.pipelines.publish({ name: "u/p", image: "i" }, author);
  const copy = join(await aFolder(), "registry.db");
  const later = [0, 1, 2].map(() => store.pipelines.publish({ name: "u/p", image: "i" }, author));
  await Promise.all([store.backup(copy), ...later]);
  await expect(store.backup(copy)).rejects.toMatchObject({
    code: "backup-failed",
    message: `cannot back up to ${copy}: it exists already`,
  });
  const nowhere = join(copy, "../none/registry.db");
  await expect(store.backup(nowhere)).rejects.toMatchObject({
    message: `cannot back up to ${nowhere}: its folder is not there`,
  });
  const names = await namesOf(await open(join(copy, "..")));
  expect(versions(4)).toEqual(expect.arrayContaining(names));
  expect(names).toContain("u/p:v1");
});

test("a backup that fails leaves no file behind, and may be tried again", async () => {
  const folder = await aFolder();
  const store = await openStore(folder);
  await Promise.all(
    Array.from({ length: 200 }, () => store.pipelines.publish({ name: "u/p", image: "i" }, author)),
  );
  await store.close();
  const file = join(folder, "registry.db");
  const raw = new Database(file);
  raw.pragma("wal_checkpoint(TRUNCATE)");
  raw.close();
  const bytes = await readFile(file);
  await writeFile(file, bytes.fill(0xff, 8 * 4096));
  const broken = await open(folder);
  const elsewhere = await aFolder();
  const fails = async (): Promise<void> => {
    await expect(broken.backup(join(elsewhere, "copy.db"))).rejects.toMatchObject({
      code: "backup-failed",
      message: expect.stringContaining("malformed"),
    });
    expect(await readdir(elsewhere)).toEqual([]);
  };
  await fails();
  await fails();
});

describe("a store is told by a ping of its file that", () => {
  const overwrite = async (file: string, start: number): Promise<void> =>
    writeFile(file, (await readFile(file)).fill(0xff, start), { flag: "r+" });
  test.each<[string, string, (file: string) => Promise<void>]>([
    ["it was removed", "was removed or replaced", (file) => rm(file)],
    [
      "another one is in its place",
      "was removed or replaced",
      async (file) => {
        await copyFile(file, `${file}.copy`);
        await rename(`${file}.copy`, file);
      },
    ],
    ["its log was removed", "was removed or replaced", (file) => rm(`${file}-wal`)],
    ["it was emptied", "was emptied", (file) => truncate(file)],
    ["it is no database any more", "not a database", (file) => overwrite(file, 0)],
    ["its tables cannot be read", "malformed", (file) => overwrite(file, 4096)],
  ])("%s", async (_what, said, damage) => {
    const folder = await aFolder();
    const file = join(folder, "registry.db");
    const store = await open(folder);
    await store.pipelines.publish({ name: "u/p", image: "i" }, author);
    const other = new Database(file);
    onTestFinished(() => void other.close());
    other.pragma("wal_checkpoint(TRUNCATE)");
    await store.ping();
    await damage(file);
    await expect(store.ping()).rejects.toThrow(said);
  });
});

describe("the folder", () => {
  test("is made, for its owner only", async () => {
    const folder = join(await aFolder(), "deep", "data");
    await (await open(folder)).pipelines.publish({ name: "u/p", image: "i" }, author);
    const modes = await Promise.all(
      ["", "registry.db", "registry.db-wal"].map(
        async (file) => (await stat(join(folder, file))).mode & 0o777,
      ),
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  test("of a newer pointsman is refused", async () => {
    const folder = await aFolder();
    await (await openStore(folder)).close();
    const database = new Database(join(folder, "registry.db"));
    database.pragma("user_version = 2");
    database.close();
    await expect(openStore(folder)).rejects.toThrow(
      expect.objectContaining({
        code: "server-failed",
        message: `${join(folder, "registry.db")} was written by a newer pointsman (its format is 2, this one knows up to 1)`,
      }),
    );
  });

  test("that is a file, or holds something else, is refused", async () => {
    const folder = await aFolder();
    await writeFile(join(folder, "file"), "");
    await expect(openStore(join(folder, "file"))).rejects.toThrow(
      expect.objectContaining({ code: "server-failed" }),
    );
    await writeFile(join(folder, "registry.db"), "this is no database, ".repeat(100));
    await expect(openStore(folder)).rejects.toThrow(
      expect.objectContaining({ code: "server-failed", message: expect.stringContaining(folder) }),
    );
  });
});
