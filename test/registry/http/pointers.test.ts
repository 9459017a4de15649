import { describe, expect, test } from "vitest";
import { type Call, aRegistry, upload } from "../a-registry.ts";

async function withTwoVersions() {
  const { call } = await aRegistry();
  const [v1, v2] = await upload(call, "myuser/gptneo", 2);
  return { call, v1, v2 };
}

const create = (call: Call, pointer: string, target: string | undefined, more: object = {}) =>
  call("POST", "/v4/pointers", { pointer, pointer_or_pipeline_id: target, ...more });

describe.each(["/v4/pointers", "/v3/pointers"])("%s", (path) => {
  test("creates, shows, moves and deletes a pointer", async () => {
    const { call, v1, v2 } = await withTwoVersions();
    const created = await call("POST", path, { pointer: "myuser/gptneo:latest", pointer_or_pipeline_id: v1 });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.stringMatching(/^pointer_[^:/]+$/),
      pointer: "myuser/gptneo:latest",
      pipeline_id: v1,
      locked: false,
    });

    const shown = await call("GET", `${path}/myuser/gptneo:latest`);
    expect(shown).toMatchObject({ status: 200, body: created.body });

    const moved = await call("PATCH", `${path}/myuser/gptneo:latest`, {
      pointer_or_pipeline_id: v2,
      locked: false,
    });
    expect(moved).toMatchObject({ status: 200, body: { ...created.body, pipeline_id: v2 } });

    expect((await call("DELETE", `${path}/myuser/gptneo:latest`)).status).toBe(204);
    const gone = await call("GET", `${path}/myuser/gptneo:latest`);
    expect(gone).toMatchObject({ status: 404, body: { detail: "no pointer is named myuser/gptneo:latest" } });
  });

  test("takes a name in its path raw or escaped", async () => {
    const { call, v1 } = await withTwoVersions();
    for (const name of ["myuser/gptneo:v1", "myuser%2Fgptneo%3Av1", "myuser%2fgptneo:v1"]) {
      expect(await call("GET", `${path}/${name}`)).toMatchObject({ status: 200, body: { pipeline_id: v1 } });
    }
  });

  test("gives pages", async () => {
    const { call } = await withTwoVersions();
    const { status, body } = await call("GET", `${path}?skip=1&limit=1`);
    expect(status).toBe(200);
    expect(body).toEqual({
      skip: 1,
      limit: 1,
      total: 2,
      data: [expect.objectContaining({ pointer: "myuser/gptneo:v2" })],
    });
  });
});

describe("a target", () => {
  test("that is a pointer is flattened, and does not follow it later", async () => {
    const { call, v1 } = await withTwoVersions();
    await create(call, "myuser/gptneo:stable", "myuser/gptneo:v1");
    expect((await create(call, "myuser/gptneo:prod", "myuser/gptneo:stable")).body.pipeline_id).toBe(v1);
    await call("PATCH", "/v4/pointers/myuser/gptneo:stable", { pointer_or_pipeline_id: "myuser/gptneo:v2" });
    expect((await call("GET", "/v4/pointers/myuser/gptneo:prod")).body.pipeline_id).toBe(v1);
  });

  test.each([
    "pipeline_none",
    "myuser/gptneo:none",
    "myuser/gptneo",
    "myuser/gptneo:own",
    "\u0000",
    "\u001b[31m",
    "\udfff",
  ])("%j that does not exist is 404, and nothing changes", async (target) => {
    const { call, v1 } = await withTwoVersions();
    expect((await create(call, "myuser/gptneo:own", target)).status).toBe(404);
    expect((await call("GET", "/v4/pointers/myuser/gptneo:own")).status).toBe(404);
    await create(call, "myuser/gptneo:latest", v1);
    if (target.endsWith(":own")) return;
    const moved = await call("PATCH", "/v4/pointers/myuser/gptneo:latest", {
      pointer_or_pipeline_id: target,
      locked: true,
    });
    expect(moved).toMatchObject({
      status: 404,
      body: { detail: expect.stringMatching(/^no pipeline or pointer is named /) },
    });
    expect((await call("GET", "/v4/pointers/myuser/gptneo:latest")).body).toMatchObject({
      pipeline_id: v1,
      locked: false,
    });
  });
});

describe("a create", () => {
  test("of an existing name is 409, and leaves it", async () => {
    const { call, v1, v2 } = await withTwoVersions();
    await create(call, "myuser/gptneo:latest", v1);
    const again = await create(call, "myuser/gptneo:latest", v2);
    expect(again).toMatchObject({ status: 409, body: { detail: "myuser/gptneo:latest exists already" } });
    expect((await call("GET", "/v4/pointers/myuser/gptneo:latest")).body.pipeline_id).toBe(v1);
  });

  test.each([
    "myuser/gptneo",
    "myuser/gptneo:",
    "myuser/gptneo:x",
    "gptneo:latest",
    "a/b/c:latest",
    "MyUser/gptneo:latest",
    "myuser/gptneo:la test",
    "myuser/gptneo:latest\n",
    "",
    "myuser/gptneo:v3",
    "myuser/gptneo:v0",
    `myuser/${"x".repeat(600)}:latest`,
  ])("of %j is 422", async (pointer) => {
    const { call, v1 } = await withTwoVersions();
    expect(await create(call, pointer, v1)).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ["body", "pointer"], msg: expect.any(String), type: expect.any(String) }] },
    });
  });

  test("may lock at once, and takes null and unknown fields", async () => {
    const { call, v1 } = await withTwoVersions();
    expect((await create(call, "myuser/gptneo:aa", v1, { locked: true, colour: 1 })).body.locked).toBe(true);
    expect((await create(call, "myuser/gptneo:bb", v1, { locked: null })).body.locked).toBe(false);
  });
});

describe("a locked pointer", () => {
  async function locked() {
    const versions = await withTwoVersions();
    await create(versions.call, "myuser/gptneo:stable", versions.v1, { locked: true });
    const patch = (body: object) => versions.call("PATCH", "/v4/pointers/myuser/gptneo:stable", body);
    return { ...versions, patch };
  }

  test("does not move, with or without locked: true", async () => {
    const { patch, v2 } = await locked();
    for (const more of [{}, { locked: true }, { locked: null }]) {
      expect(await patch({ pointer_or_pipeline_id: v2, ...more })).toMatchObject({
        status: 403,
        body: { detail: "myuser/gptneo:stable is locked: unlock it in the same call to move it" },
      });
    }
  });

  test("moves in the call that unlocks it", async () => {
    const { patch, v2 } = await locked();
    expect(await patch({ pointer_or_pipeline_id: v2, locked: false })).toMatchObject({
      status: 200,
      body: { pipeline_id: v2, locked: false },
    });
  });

  test("takes the target that it has: that is no move", async () => {
    const { patch, v1 } = await locked();
    expect((await patch({ pointer_or_pipeline_id: v1, locked: true })).status).toBe(200);
  });

  test("cannot be deleted until it is unlocked", async () => {
    const { call, patch } = await locked();
    expect((await call("DELETE", "/v4/pointers/myuser/gptneo:stable")).status).toBe(403);
    expect((await patch({ pointer_or_pipeline_id: null, locked: false })).body.locked).toBe(false);
    expect((await call("DELETE", "/v4/pointers/myuser/gptneo:stable")).status).toBe(204);
  });
});

test("a version pointer is neither moved, locked nor deleted", async () => {
  const { call, v2 } = await withTwoVersions();
  const answers = [
    await call("PATCH", "/v4/pointers/myuser/gptneo:v1", { pointer_or_pipeline_id: v2 }),
    await call("PATCH", "/v4/pointers/myuser/gptneo:v1", { locked: true }),
    await call("DELETE", "/v4/pointers/myuser/gptneo:v1"),
  ];
  for (const answer of answers) {
    expect(answer).toMatchObject({
      status: 403,
      body: { detail: "myuser/gptneo:v1 is a version pointer, which never changes" },
    });
  }
});

test("a patch that says nothing of a pointer is refused: its caller misspelt what it was to say", async () => {
  const { call } = await withTwoVersions();
  for (const body of [{}, { pointer_or_pipelin_id: "myuser/gptneo:v2" }]) {
    expect(await call("PATCH", "/v4/pointers/myuser/gptneo:latest", body)).toMatchObject({
      status: 422,
      body: {
        detail: [
          {
            loc: ["body"],
            msg: "Field required: pointer_or_pipeline_id or locked",
            type: "missing",
          },
        ],
      },
    });
  }
});

test("a patch and a delete of an unknown name are 404", async () => {
  const { call } = await withTwoVersions();
  expect((await call("PATCH", "/v4/pointers/myuser/gptneo:none", { locked: null })).status).toBe(404);
  expect((await call("DELETE", "/v4/pointers/myuser/gptneo:none")).status).toBe(404);
});

describe("the listing", () => {
  test("is by name, whole and without repeats however it is paged", async () => {
    const { call, v1 } = await withTwoVersions();
    for (const tag of ["zz", "aa", "mm"]) await create(call, `other/pipe:${tag}`, v1);
    const { body } = await call("GET", "/v4/pointers");
    const names = body.data.map((row: { pointer: string }) => row.pointer);
    expect(names).toEqual([
      "myuser/gptneo:v1",
      "myuser/gptneo:v2",
      "other/pipe:aa",
      "other/pipe:mm",
      "other/pipe:zz",
    ]);
    expect(body).toMatchObject({ skip: 0, limit: 1000, total: 5 });
    for (const limit of [1, 2, 3]) {
      const paged: string[] = [];
      while (paged.length < 5) {
        const page = await call("GET", `/v4/pointers?skip=${paged.length}&limit=${limit}`);
        paged.push(...page.body.data.map((row: { pointer: string }) => row.pointer));
      }
      expect(paged).toEqual(names);
    }
    for (const skip of [5, Number.MAX_SAFE_INTEGER]) {
      const { body: beyond } = await call("GET", `/v4/pointers?skip=${skip}`);
      expect(beyond).toEqual({ skip, limit: 1000, total: 5, data: [] });
    }
  });

  test("of one family has that family only", async () => {
    const { call, v1 } = await withTwoVersions();
    await create(call, "myuser/gptneo-2:latest", v1);
    const { body } = await call("GET", "/v4/pointers?pipeline_name=myuser/gptneo&limit=1");
    expect(body).toMatchObject({ total: 2, data: [{ pointer: "myuser/gptneo:v1" }] });
    expect((await call("GET", "/v4/pointers?pipeline_name=no/body")).body).toMatchObject({
      total: 0,
      data: [],
    });
  });

  test("takes limits from 1 to 10000", async () => {
    const { call } = await withTwoVersions();
    for (const limit of [1, 10_000]) {
      expect((await call("GET", `/v4/pointers?limit=${limit}`)).body.limit).toBe(limit);
    }
    expect((await call("GET", "/v4/pointers?limit=0")).body).toEqual({
      detail: [
        {
          loc: ["query", "limit"],
          msg: "Input should be greater than or equal to 1",
          type: "greater_than_equal",
        },
      ],
    });
    for (const query of [
      "limit=10001",
      "limit=ten",
      "limit=",
      "limit=1.5",
      "skip=-1",
      "skip=9e99",
      "skip=99999999999999999",
      "show_deleted=maybe",
    ]) {
      expect([query, (await call("GET", `/v4/pointers?${query}`)).status]).toEqual([query, 422]);
    }
    // Fields that it does not know are let be, also those that every object of the program has.
    for (const field of ["page", "__proto__", "constructor", "__defineGetter__", "toString"]) {
      expect([field, (await call("GET", `/v4/pointers?${field}=1`)).status]).toEqual([field, 200]);
    }
  });

  test("takes unknown parameters, and of one given twice the last", async () => {
    const { call } = await withTwoVersions();
    expect(
      (await call("GET", "/v4/pointers?order_by=x&limit=1&limit=2&show_deleted=False")).body,
    ).toMatchObject({
      limit: 2,
    });
  });
});

describe("the pointers of a deleted pipeline", () => {
  async function deleted() {
    const versions = await withTwoVersions();
    await create(versions.call, "myuser/gptneo:latest", versions.v1);
    expect((await versions.call("DELETE", `/v4/pipelines/${versions.v1}?force=true`)).status).toBe(204);
    const names = async (query: string) =>
      (await versions.call("GET", `/v4/pointers${query}`)).body.data.map(
        (row: { pointer: string }) => row.pointer,
      );
    return { ...versions, names };
  }

  test("are listed with show_deleted only", async () => {
    const { names } = await deleted();
    const all = ["myuser/gptneo:latest", "myuser/gptneo:v1", "myuser/gptneo:v2"];
    expect(await names("")).toEqual(["myuser/gptneo:v2"]);
    expect(await names("?pipeline_name=myuser/gptneo")).toEqual(["myuser/gptneo:v2"]);
    expect(await names("?show_deleted=true")).toEqual(all);
    expect(await names("?show_deleted=true&pipeline_name=myuser/gptneo")).toEqual(all);
  });

  test("keep their names, and are no targets", async () => {
    const { call, v1, v2 } = await deleted();
    expect((await create(call, "myuser/gptneo:latest", v2)).status).toBe(409);
    expect((await create(call, "myuser/gptneo:other", "myuser/gptneo:v1")).status).toBe(404);
    expect((await create(call, "myuser/gptneo:other", v1)).status).toBe(404);
    expect((await call("GET", "/v4/pointers/myuser/gptneo:latest")).status).toBe(404);
    expect((await call("GET", "/v4/pointers/myuser/gptneo:latest?show_deleted=true")).status).toBe(200);
  });

  test("come back when they move to a living pipeline", async () => {
    const { call, names, v2 } = await deleted();
    await call("PATCH", "/v4/pointers/myuser/gptneo:latest", { pointer_or_pipeline_id: v2 });
    expect(await names("")).toEqual(["myuser/gptneo:latest", "myuser/gptneo:v2"]);
  });
});
