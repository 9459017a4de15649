import { describe, expect, test } from "vitest";
import { startRegistry } from "../../../src/registry/serve.ts";
import { type Call, aFolder, aRegistry, token, upload } from "../a-registry.ts";
import { aContainer } from "../gateway/a-container.ts";

type Given = { usernames?: string[]; scopes?: string[]; name?: string };

/** A registry, and calls with a token of its own. */
async function withToken(given: Given = {}) {
  const registry = await aRegistry();
  const { call } = registry;
  const body = { name: "theirs", usernames: ["myuser"], scopes: ["write"], ...given };
  const made = await call("POST", "/v4/tokens", body);
  expect(made.status).toBe(201);
  const authorization = `Bearer ${made.body.token}`;
  const theirs: Call = (method, path, sent, headers) =>
    call(method, path, sent, { authorization, ...headers });
  return { ...registry, made, theirs };
}

test("a token is shown once, and listed without itself", async () => {
  const { call, made } = await withToken();
  const { token: plain, ...shown } = made.body;
  expect(plain).toMatch(/^pmt_[\w-]{43}$/);
  expect(made.headers.get("cache-control")).toBe("no-store");
  expect(shown).toEqual({
    id: expect.stringMatching(/^token_/),
    name: "theirs",
    usernames: ["myuser"],
    scopes: ["write"],
    created_at: expect.any(Number),
  });
  const listed = await call("GET", "/v4/tokens");
  expect(listed.body).toEqual({ skip: 0, limit: 1000, total: 1, data: [shown] });
  expect(
    (await call("POST", "/v4/tokens", { name: "theirs", usernames: ["*"], scopes: ["read"] })).status,
  ).toBe(409);
});

test("a token validates, and says what it may do", async () => {
  const { call, theirs } = await withToken();
  expect((await theirs("GET", "/v4/tokens/validate")).body).toEqual({
    valid: true,
    name: "theirs",
    usernames: ["myuser"],
    scopes: ["read", "write"],
  });
  expect((await call("GET", "/v4/tokens/validate")).body).toMatchObject({ name: "admin", usernames: ["*"] });
});

test.each([
  ["no username", { usernames: [] }, ["body", "usernames"]],
  ["a username that is none", { usernames: ["My/User"] }, ["body", "usernames", 0]],
  ["no scope", { scopes: [] }, ["body", "scopes"]],
  ["an unknown scope", { scopes: ["sudo"] }, ["body", "scopes", 0]],
  ["a name with a newline", { name: "a\nb" }, ["body", "name"]],
  ["the administrator's name", { name: "admin" }, ["body", "name"]],
  ["the folder's owner's name", { name: "local" }, ["body", "name"]],
  ["another field", { admin: true }, ["body"]],
])("a token of %s is refused", async (_what, wrong, loc) => {
  const { call } = await aRegistry();
  const body = { name: "theirs", usernames: ["myuser"], scopes: ["read"], ...wrong };
  const answer = await call("POST", "/v4/tokens", body);
  expect([answer.status, answer.body.detail[0].loc]).toEqual([422, loc]);
});

describe("a token for myuser", () => {
  async function withTwoUsers() {
    const registry = await withToken({ scopes: ["write", "run"] });
    const { call } = registry;
    const [mine] = await upload(call, "myuser/gptneo");
    const [others] = await upload(call, "other/whisper");
    await call("POST", "/v4/pointers", { pointer: "other/whisper:prod", pointer_or_pipeline_id: others });
    return { ...registry, mine, others };
  }

  /** With a container that both users' pipelines run on. */
  async function withRuns() {
    const registry = await withTwoUsers();
    const { call, mine, others } = registry;
    const container = await aContainer();
    for (const id of [mine, others]) {
      await call("PATCH", `/v4/pipelines/${id}`, { extras: { endpoints: [container.url] } });
    }
    /** The administrator's; gives its id. */
    const run = async (pipeline: unknown): Promise<string> =>
      (await call("POST", "/v4/runs", { pipeline })).body.id;
    return { ...registry, container, run };
  }

  test("cannot touch other/…, by any call", async () => {
    const { theirs, call, mine, others, container, run } = await withRuns();
    const target = { pointer_or_pipeline_id: mine };
    const calls: [string, string, unknown?][] = [
      ["GET", "/v4/pointers/other/whisper:prod"],
      ["GET", "/v4/pointers/other%2Fwhisper:prod"],
      ["GET", "/v4/pointers/other/whisper:prod/history"],
      ["GET", "/v4/pointers/other%2fwhisper:prod/history"],
      ["PATCH", "/v4/pointers/other/whisper:prod", target],
      ["PATCH", "/v3/pointers/other/whisper:prod", target],
      ["DELETE", "/v4/pointers/other/whisper:prod"],
      ["POST", "/v4/pointers", { pointer: "other/whisper:more", ...target }],
      ["POST", "/v4/pipelines", { name: "other/whisper", image: "i" }],
      ["GET", `/v4/pipelines/${others}`],
      ["PATCH", `/v4/pipelines/${others}`, { description: "mine now" }],
      ["DELETE", `/v4/pipelines/${others}`],
      ["POST", "/v4/registry/start-upload", { pipeline_name: "other/whisper" }],
      ...["/v4/runs", "/v4/runs/stream"].flatMap((path) =>
        ["other/whisper:prod", "other/whisper:v1", "other/whisper:none", others].map(
          (pipeline): [string, string, unknown] => ["POST", path, { pipeline }],
        ),
      ),
      ["GET", `/v4/runs/${await run("other/whisper:prod")}`],
      ["GET", `/v4/runs/${await run(others)}`],
    ];
    const ran = container.got.length;
    for (const [method, path, body] of calls) {
      const { status, body: said } = await theirs(method, path, body);
      expect([method, path, status, said.detail]).toEqual([
        method,
        path,
        403,
        expect.stringMatching(/^the token theirs is not for other\/whisper.*: it is for myuser$/),
      ]);
    }
    expect((await call("GET", "/v4/pointers/other/whisper:prod")).body.pipeline_id).toBe(others);
    expect(container.got).toHaveLength(ran);
  });

  test("cannot reach other/… through a pointer of its own", async () => {
    const { theirs, others } = await withTwoUsers();
    await theirs("POST", "/v4/pointers", {
      pointer: "myuser/gptneo:latest",
      pointer_or_pipeline_id: "myuser/gptneo:v1",
    });
    for (const target of [others, "other/whisper:prod", "other/whisper:v1"]) {
      const body = { pointer: "myuser/gptneo:own", pointer_or_pipeline_id: target };
      expect((await theirs("POST", "/v4/pointers", body)).status).toBe(403);
      expect((await theirs("PATCH", "/v4/pointers/myuser/gptneo:latest", body)).status).toBe(403);
    }
  });

  test("lists what it may read, and counts that alone", async () => {
    const { theirs } = await withTwoUsers();
    expect((await theirs("GET", "/v4/pointers")).body).toMatchObject({
      total: 1,
      data: [{ pointer: "myuser/gptneo:v1" }],
    });
    expect(
      (await theirs("GET", "/v4/pointers?pipeline_name=other/whisper&show_deleted=true")).body.total,
    ).toBe(0);
    expect((await theirs("GET", "/v4/pipelines")).body).toMatchObject({
      total: 1,
      data: [{ name: "myuser/gptneo" }],
    });
  });

  test("does all of that with its own", async () => {
    const { theirs, mine } = await withTwoUsers();
    const own = { pointer: "myuser/gptneo:latest", pointer_or_pipeline_id: mine };
    expect((await theirs("POST", "/v4/pointers", own)).status).toBe(201);
    expect((await theirs("PATCH", "/v4/pointers/myuser/gptneo:latest", { locked: true })).status).toBe(200);
    expect((await theirs("POST", "/v4/pipelines", { name: "myuser/gptneo", image: "i" })).status).toBe(201);
    const { body } = await theirs("GET", "/v4/pointers/myuser/gptneo:latest/history");
    expect(body.data.map((event: { token: string }) => event.token)).toEqual(["theirs", "theirs"]);
  });

  test("runs its own, and sees all runs of it", async () => {
    const { theirs, mine, run } = await withRuns();
    const runs = [await run("myuser/gptneo:v1"), await run(mine)];
    for (const pipeline of ["myuser/gptneo:v1", mine]) {
      const { status, body } = await theirs("POST", "/v4/runs", { pipeline });
      expect([status, body.state]).toEqual([200, "completed"]);
      runs.push(body.id);
    }
    for (const id of runs) {
      expect((await theirs("GET", `/v4/runs/${id}`)).body).toMatchObject({
        id,
        outputs: [{ value: "hello" }],
      });
    }
  });

  test("is no token for myuser2/…", async () => {
    const { theirs } = await withTwoUsers();
    expect((await theirs("GET", "/v4/pointers/myuser2/gptneo:v1")).status).toBe(403);
    expect((await theirs("GET", "/v4/pointers/myuser")).status).toBe(403);
  });
});

describe("the scope", () => {
  const anything = { name: "myuser/gptneo", image: "i" };
  test.each([
    ["read", { read: 200, write: 403, run: 403, stream: 403, outputs: 403, admin: 403, endpoints: 403 }],
    ["write", { read: 200, write: 201, run: 403, stream: 403, outputs: 403, admin: 403, endpoints: 403 }],
    ["run", { read: 200, write: 403, run: 200, stream: 200, outputs: 200, admin: 403, endpoints: 403 }],
    ["admin", { read: 200, write: 201, run: 200, stream: 200, outputs: 200, admin: 200, endpoints: 200 }],
  ])("%s may do just that", async (scope, may) => {
    const { theirs, call } = await withToken({ scopes: [scope], usernames: ["*"] });
    const [id] = await upload(call, "myuser/whisper");
    const on = (...endpoints: string[]) => ({ extras: { endpoints } });
    await call("PATCH", `/v4/pipelines/${id}`, on((await aContainer()).url));
    const { body: ran } = await call("POST", "/v4/runs", { pipeline: id });
    expect({
      read: (await theirs("GET", "/v4/pointers")).status,
      write: (await theirs("POST", "/v4/pipelines", anything)).status,
      run: (await theirs("POST", "/v4/runs", { pipeline: id })).status,
      stream: (await theirs("POST", "/v4/runs/stream", { pipeline: id })).status,
      outputs: (await theirs("GET", `/v4/runs/${ran.id}`)).status,
      admin: (await theirs("GET", "/v4/tokens")).status,
      endpoints: (await theirs("PATCH", `/v4/pipelines/${id}`, on("http://127.0.0.1:14300"))).status,
    }).toEqual(may);
  });

  test("admin for some usernames makes no tokens, and reads no metrics", async () => {
    const { theirs } = await withToken({ scopes: ["admin"] });
    const body = { name: "more", usernames: ["*"], scopes: ["admin"] };
    expect((await theirs("POST", "/v4/tokens", body)).status).toBe(403);
    expect((await theirs("GET", "/v4/tokens")).status).toBe(403);
    expect((await theirs("GET", "/metrics")).status).toBe(403);
  });

  test("that is missing is named", async () => {
    const { theirs } = await withToken({ scopes: ["read"] });
    expect((await theirs("POST", "/v4/pipelines", anything)).body).toEqual({
      detail: "the token theirs has not the scope write: it has read",
    });
  });
});

test("who deletes a pipeline hides and is told of no pointer of others", async () => {
  const { call, theirs } = await withToken();
  const [id] = await upload(call, "myuser/whisper");
  const path = `/v4/pipelines/${id}`;
  const point = (pointer: string) => call("POST", "/v4/pointers", { pointer, pointer_or_pipeline_id: id });
  await point("other/q:secret");
  for (const asked of [path, `${path}?force=true`]) {
    expect(await theirs("DELETE", asked)).toMatchObject({
      status: 403,
      body: {
        detail: `${id} is still reached by 1 pointer of usernames that this token is not for: those have to be moved first`,
      },
    });
  }
  await point("myuser/whisper:prod");
  expect((await theirs("DELETE", path)).body.detail).toContain(
    "reached by myuser/whisper:prod and by 1 pointer of usernames",
  );
  expect((await call("GET", "/v4/pointers/other%2Fq:secret")).status).toBe(200);
  await call("DELETE", "/v4/pointers/other%2Fq:secret");
  expect((await theirs("DELETE", path)).status).toBe(409);
  expect((await theirs("DELETE", `${path}?force=true`)).status).toBe(204);
});

test("a token that is revoked is refused from then on, at once here and soon on other replicas", async () => {
  const dataDir = await aFolder();
  const [here, there] = [await aRegistry(dataDir), await aRegistry(dataDir)];
  const { body } = await here.call("POST", "/v4/tokens", {
    name: "gone",
    usernames: ["*"],
    scopes: ["read"],
  });
  const status = async ({ call }: typeof here) =>
    (await call("GET", "/v4/pointers", undefined, { authorization: `Bearer ${body.token}` })).status;
  expect([await status(here), await status(there)]).toEqual([200, 200]);
  expect((await here.call("DELETE", `/v4/tokens/${body.id}`)).status).toBe(204);
  expect(await status(here)).toBe(401);
  await expect.poll(() => status(there), { timeout: 60_000 }).toBe(401);
  expect((await here.call("DELETE", `/v4/tokens/${body.id}`)).status).toBe(404);
  // Refused, the name is free again.
  expect(
    (await here.call("POST", "/v4/tokens", { name: "gone", usernames: ["*"], scopes: ["read"] })).status,
  ).toBe(201);
});

describe("without POINTSMAN_TOKEN", () => {
  test("a registry starts on a token of its own that is an administrator, and on nothing less", async () => {
    const dataDir = await aFolder();
    const options = { host: "127.0.0.1", port: 0, dataDir, token: null };
    const first = await aRegistry(dataDir);
    await first.call("POST", "/v4/tokens", { name: "some", usernames: ["myuser"], scopes: ["admin"] });
    await expect(startRegistry(options)).rejects.toMatchObject({
      code: "server-failed",
      hint: expect.stringMatching(/POINTSMAN_TOKEN.*pointsman tokens create NAME --admin/s),
    });
    const { body } = await first.call("POST", "/v4/tokens", {
      name: "all",
      usernames: ["*"],
      scopes: ["admin"],
    });
    await first.close();
    const { call } = await aRegistry(dataDir, { token: null });
    expect((await call("GET", "/v4/pointers")).status).toBe(401);
    const authorization = `Bearer ${body.token}`;
    expect((await call("GET", "/v4/tokens", undefined, { authorization })).body.total).toBe(2);
  });
});

test("a token over its rate is told how long to wait; others and the health are not", async () => {
  const { call, url } = await aRegistry(undefined, { rateLimit: 5 });
  const { body } = await call("POST", "/v4/tokens", { name: "other", usernames: ["*"], scopes: ["read"] });
  const answers = await Promise.all(Array.from({ length: 20 }, () => call("GET", "/v4/pointers")));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  expect(refused[0]?.headers.get("retry-after")).toBe("1");
  expect(refused[0]?.body).toEqual({ detail: "more than 5 requests a second with the token admin" });
  const authorization = `Bearer ${body.token}`;
  expect((await call("GET", "/v4/pointers", undefined, { authorization })).status).toBe(200);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(token).not.toBe(body.token);
});
