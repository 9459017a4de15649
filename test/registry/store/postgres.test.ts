import { once } from "node:events";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";
import { Client, Pool } from "pg";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createApp } from "../../../src/registry/http/app.ts";
import { openStore } from "../../../src/registry/store/open-store.ts";
import { PostgresDatabase } from "../../../src/registry/store/postgres-database.ts";
import type { Author, Store } from "../../../src/registry/store/store.ts";
import { digestOf, tokenStore } from "../../../src/registry/store/tokens.ts";
import { aRegistry } from "../a-registry.ts";
import { aDatabase, hasServer, execute } from "./a-database.ts";

const author: Author = { token: "token_1", name: "ci", source: null };

async function open(url: string, options: { patience?: number; connections?: number } = {}): Promise<Store> {
  const store = await openStore(url, options);
  onTestFinished(() => store.close());
  return store;
}

/** A database behind a line that can lose what is sent, as a network does that is parted. */
async function aLine(database: string) {
  const { host, port } = new Client({ connectionString: database });
  const place = host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const line = { url: "", isSilent: false };
  const pass = (from: Socket, to: Socket): void => {
    from.on("data", (data) => line.isSilent || to.write(data));
    from.on("close", () => line.isSilent || to.destroy());
    from.on("error", () => undefined);
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = connect(place);
    for (const each of [socket, upstream]) sockets.add(each);
    pass(socket, upstream);
    pass(upstream, socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const url = new URL(database);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  line.url = url.href;
  return line;
}

describe.runIf(hasServer)("PostgreSQL", () => {
  test("replicas that start together on an empty database make its tables once", async () => {
    const url = await aDatabase();
    const stores = await Promise.all(Array.from({ length: 8 }, () => open(url)));
    await Promise.all(stores.map((store) => store.pipelines.publish({ name: "u/p", image: "i" }, author)));
    expect((await stores[0]!.pipelines.list({ skip: 0, limit: 10 })).total).toBe(8);
  });

  test("tables of a newer pointsman are refused", async () => {
    const url = await aDatabase();
    await (await openStore(url)).close();
    await execute(url, "UPDATE pointsman.format SET version = 99");
    await expect(openStore(url)).rejects.toMatchObject({
      code: "server-failed",
      message: "the database was made by a newer pointsman (its format is 99, this one knows up to 1)",
    });
  });

  test("the audit is append-only", async () => {
    const url = await aDatabase();
    const store = await open(url);
    await store.pipelines.publish({ name: "u/p", image: "i" }, author);
    const audit = "pointsman.audit";
    for (const sql of [`UPDATE ${audit} SET token = 'x'`, `DELETE FROM ${audit}`, `TRUNCATE ${audit}`]) {
      await expect(execute(url, sql)).rejects.toThrow("the audit is append-only");
    }
    expect((await store.pointers.history("u/p:v1", { skip: 0, limit: 10 })).total).toBe(1);
  });

  test("writes that stand in each other's way are all done, one after another", async () => {
    const url = await aDatabase();
    const stores = [await open(url), await open(url)] as const;
    for (const tag of ["aa", "bb"]) {
      await stores[0].pipelines.publish({ name: "u/p", image: tag }, author);
      const target = tag === "aa" ? "u/p:v1" : "u/p:v2";
      await stores[0].pointers.create({ pointer: `u/p:${tag}`, pointer_or_pipeline_id: target }, author);
    }
    // Each writes one pointer and reads the other.
    const swap = (store: Store, pointer: string, target: string) =>
      store.pointers.patch(pointer, { pointer_or_pipeline_id: target }, author);
    for (let round = 0; round < 10; round++) {
      await Promise.all([swap(stores[0], "u/p:aa", "u/p:bb"), swap(stores[1], "u/p:bb", "u/p:aa")]);
    }
    const ends = await Promise.all(["aa", "bb"].map((tag) => stores[0].pointers.resolve(`u/p:${tag}`)));
    expect(ends[0]?.pipeline.id).toBe(ends[1]?.pipeline.id);
  });

  test("a write that the server undoes because of others is done again", async () => {
    const url = await aDatabase();
    const store = await open(url);
    const { id } = await store.pipelines.publish({ name: "u/p", image: "i" }, author);
    // What a deadlock's victim is told, twice. Sequences do not go back with a transaction.
    await execute(
      url,
      `CREATE SEQUENCE pointsman.tries;
       CREATE FUNCTION pointsman.lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF nextval('pointsman.tries') < 3 THEN RAISE EXCEPTION USING ERRCODE = '40P01'; END IF;
         RETURN NEW;
       END $$;
       CREATE TRIGGER lose BEFORE INSERT ON pointsman.pointers FOR EACH ROW EXECUTE FUNCTION pointsman.lose()`,
    );
    const body = { pointer: "u/p:latest", pointer_or_pipeline_id: id };
    expect(await store.pointers.create(body, author)).toMatchObject({ pipeline_id: id });
    expect((await store.pointers.history("u/p:latest", { skip: 0, limit: 10 })).total).toBe(1);
  });

  test("tokens that are tried at once cost one statement, right or wrong", async () => {
    const url = await aDatabase();
    const { tokens } = await open(url);
    const { token } = await tokens.create({ name: "ci", usernames: ["u"], scopes: ["read"] }, author);
    const [reads, writes] = [new Pool({ connectionString: url }), new Pool({ connectionString: url })];
    const database = new PostgresDatabase({ reads, writes }, () => undefined);
    onTestFinished(() => database.close());
    const statements = vi.spyOn(reads, "query");
    const tried = [...Array.from({ length: 1000 }, (_, index) => `wrong ${index}`), token];
    const wanted = tokenStore(database);
    const found = await Promise.all(tried.map((one) => wanted.find(digestOf(one))));
    expect(found.map((one) => one?.name)).toEqual([...Array<undefined>(1000), "ci"]);
    expect(statements).toHaveBeenCalledTimes(1);
  });

  test.each([
    [
      "lets nobody in",
      (name: string) => `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
      (name: string) => `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`,
    ],
    [
      "has no such database",
      (name: string) => `ALTER DATABASE ${name} RENAME TO ${name}_away`,
      (name: string) => `ALTER DATABASE ${name}_away RENAME TO ${name}`,
    ],
    [
      "does not take the user any more",
      (name: string) => `ALTER ROLE ${name} NOLOGIN`,
      (name: string) => `ALTER ROLE ${name} LOGIN`,
    ],
  ])("a server that %s is 503, and used again when it does", async (_name, shut, reopen) => {
    const url = await aDatabase();
    await (await open(url)).close();
    const name = new URL(url).pathname.slice(1);
    const elsewhere = url.replace(name, "template1");
    await execute(elsewhere, `CREATE ROLE ${name} SUPERUSER LOGIN PASSWORD '${name}'`);
    onTestFinished(async () => void (await execute(elsewhere, `DROP ROLE ${name}`)));
    const ours = new URL(url);
    [ours.username, ours.password] = [name, name];
    const store = await open(ours.href);
    const drop = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`;
    await execute(elsewhere, drop);
    await execute(elsewhere, shut(name));
    await execute(elsewhere, drop);
    const app = createApp({ store, access: null });
    const listing = () => app.inject({ url: "/v4/pointers" });
    const refused = await listing();
    expect([refused.statusCode, refused.json()]).toEqual([
      503,
      { detail: "the registry cannot do that now: try again" },
    ]);
    await expect(store.ping()).rejects.toMatchObject({ name: "Unavailable" });
    await execute(elsewhere, reopen(name));
    await vi.waitFor(async () => expect((await listing()).statusCode).toBe(200));
  });

  test("connections that are cut in the middle of calls fail those calls alone", async () => {
    const url = await aDatabase();
    const store = await open(url, { connections: 5 });
    const cut =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pointsman' AND datname = current_database()";
    let acknowledged = 0;
    for (let round = 0; round < 10; round++) {
      const calls = Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0
          ? store.pipelines.publish({ name: "u/p", image: "i" }, author).then(() => (acknowledged += 1))
          : store.pointers.list({ skip: 0, limit: 10, deleted: true }),
      );
      const [settled] = await Promise.all([Promise.allSettled(calls), execute(url, cut)]);
      for (const call of settled) {
        if (call.status === "rejected") expect(call.reason).toMatchObject({ name: "Unavailable" });
      }
    }
    const { total } = await store.pointers
      .list({ skip: 0, limit: 1, deleted: true })
      .catch(() => store.pointers.list({ skip: 0, limit: 1, deleted: true }));
    // A write whose answer was cut off may have been done.
    expect(total).toBeGreaterThanOrEqual(acknowledged);
  });

  test("writes under way when a store closes are finished", async () => {
    const url = await aDatabase();
    const store = await openStore(url, { connections: 1 });
    const uploads = Array.from({ length: 5 }, () =>
      store.pipelines.publish({ name: "u/p", image: "i" }, author),
    );
    await store.close();
    await Promise.all(uploads);
    await expect(store.ping()).rejects.toThrow("the database is closed");
  });

  test("a server that goes silent is 503 after a while, and used again when it speaks", async () => {
    const line = await aLine(await aDatabase());
    const store = await open(line.url, { patience: 200 });
    await store.pipelines.publish({ name: "u/p", image: "i" }, author);
    const app = createApp({ store, access: null });
    const calls = async () => {
      const publish = { method: "POST", url: "/v4/pipelines", payload: { name: "u/p", image: "i" } } as const;
      const answers = await Promise.all([
        app.inject(publish),
        app.inject({ url: "/v4/pointers" }),
        app.inject({ url: "/v4/pointers/u/p:v1" }),
      ]);
      return answers.map(({ statusCode }) => statusCode);
    };
    expect(await calls()).toEqual([201, 200, 200]);
    line.isSilent = true;
    expect(await calls()).toEqual([503, 503, 503]);
    line.isSilent = false;
    await vi.waitFor(async () => expect(await calls()).toEqual([201, 200, 200]));
  });

  test("a registry is not ready while its server is silent", async () => {
    const line = await aLine(await aDatabase());
    const { url } = await aRegistry(line.url, { patience: 50 });
    const ready = async () => (await fetch(`${url}/readyz`)).status;
    expect(await ready()).toBe(200);
    line.isSilent = true;
    expect(await ready()).toBe(503);
    line.isSilent = false;
    await vi.waitFor(async () => expect(await ready()).toBe(200));
  });

  test("a store that is told to hurry does not wait for a server that has gone silent", async () => {
    const line = await aLine(await aDatabase());
    const store = await openStore(line.url, { patience: 100_000 });
    await store.pipelines.publish({ name: "u/p", image: "i" }, author);
    line.isSilent = true;
    const publishing = store.pipelines.publish({ name: "u/p", image: "i" }, author);
    await Promise.all([
      expect(publishing).rejects.toMatchObject({ name: "Unavailable" }),
      store.close(50),
      store.close(),
    ]);
  });

  test("a backup is left to its own program", async () => {
    const store = await open(await aDatabase());
    await expect(store.backup("/nowhere")).rejects.toMatchObject({
      code: "backup-failed",
      hint: expect.stringContaining("pg_dump "),
    });
  });
});

test.each([
  ["of a server that is not there", "postgres://me:s3cret@127.0.0.1:1/models", "127.0.0.1:1/models"],
  ["with the password as a parameter", "postgres://127.0.0.1:1/models?password=s3cret", "127.0.0.1:1/models"],
  ["of no host", "postgresql://me:s3cret@no-such-host.invalid/models", "no-such-host.invalid/models"],
  ["with a slash in the password", "postgres://me:12/s3cret@127.0.0.1/models", "%2F"],
  ["with a question mark in the password", "postgres://me:12?s3cret@127.0.0.1/models", "postgres://me"],
  ["that is none", "postgres://me:s3cret@[/models", "is written like"],
])("an error with a URL %s never shows its secret", async (_name, url, said) => {
  const error = await openStore(url, { patience: 2000 }).then(
    () => expect.unreachable(),
    (error: unknown) => error as Error,
  );
  expect(error).toMatchObject({ code: "server-failed" });
  expect(error.message).toContain(said);
  expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(
    "s3cret",
  );
});
