import { describe, expect, test } from "vitest";
import { aRegistry, upload } from "../a-registry.ts";

test("an upload is answered with what was sent, unknown fields too", async () => {
  const { call } = await aRegistry();
  const sent = {
    name: "myuser/gptneo",
    image: "registry.example/gptneo:1",
    input_variables: [{ run_io_type: "string" }],
    output_variables: [],
    extras: { endpoint: "http://localhost:14300", deep: { a: [1, null] } },
    scaling_config: null,
    from_the_future: { ключ: "✓" },
  };
  const { status, body } = await call("POST", "/v4/pipelines", {
    ...sent,
    id: "mine",
    created_at: "yesterday",
  });
  expect(status).toBe(201);
  expect(body).toEqual({
    ...sent,
    id: expect.stringMatching(/^pipeline_[^:/]+$/),
    created_at: expect.any(Number),
    updated_at: body.created_at,
  });
  expect(Math.abs(body.created_at - Date.now() / 1000)).toBeLessThan(60);
  expect((await call("GET", `/v4/pipelines/${body.id}`)).body).toEqual(body);
  expect((await call("GET", "/v4/pipelines")).body).toEqual({ skip: 0, limit: 1000, total: 1, data: [body] });
});

test("a field named __proto__ is a field like any other", async () => {
  const { call } = await aRegistry();
  const text = '{"name":"u/p","image":"i","__proto__":{"image":"other"},"constructor":1}';
  const { body } = await call("POST", "/v4/pipelines", text);
  expect(body.image).toBe("i");
  expect(Object.getOwnPropertyDescriptor(body, "__proto__")?.value).toEqual({ image: "other" });
});

test("each upload of a name makes its next version pointer", async () => {
  const { call } = await aRegistry();
  const ids = await upload(call, "myuser/gptneo", 3);
  const other = await upload(call, "myuser/whisper");
  const { body } = await call("GET", "/v4/pointers");
  expect(body.data.map((row: Record<string, unknown>) => [row["pointer"], row["pipeline_id"]])).toEqual([
    ["myuser/gptneo:v1", ids[0]],
    ["myuser/gptneo:v2", ids[1]],
    ["myuser/gptneo:v3", ids[2]],
    ["myuser/whisper:v1", other[0]],
  ]);
});

test("the number of a deleted version is not given again", async () => {
  const { call } = await aRegistry();
  const [, second] = await upload(call, "u/p", 2);
  await call("DELETE", `/v4/pipelines/${second}`);
  const [third] = await upload(call, "u/p");
  expect((await call("GET", "/v4/pointers/u/p:v3")).body.pipeline_id).toBe(third);
});

test("the listing is by name and version, and filtered by name", async () => {
  const { call } = await aRegistry();
  const last = await upload(call, "zz/pipe");
  const ids = await upload(call, "aa/pipe", 11);
  const list = async (query: string) => {
    const { body } = await call("GET", `/v4/pipelines${query}`);
    return [body.total, body.data.map((row: { id: string }) => row.id)];
  };
  expect(await list("")).toEqual([12, [...ids, ...last]]);
  expect(await list("?name=aa/pipe&skip=9&limit=5")).toEqual([11, ids.slice(9)]);
  expect((await call("GET", "/v4/pipelines?limit=10001")).status).toBe(422);
});

describe("a patch", () => {
  test("sets the fields that are not null, and keeps the others", async () => {
    const { call } = await aRegistry();
    const [id] = await upload(call, "u/p");
    const { status, body } = await call("PATCH", `/v4/pipelines/${id}`, {
      description: "small",
      accelerators: null,
      scaling_config: "big",
      id: "mine",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      name: "u/p",
      image: "u/p:1",
      description: "small",
      scaling_config: "big",
    });
    expect(body).not.toHaveProperty("accelerators");
    expect((await call("GET", `/v4/pipelines/${id}`)).body).toEqual(body);
  });

  test.each(["name", "image"])("of the upload's %s is 422", async (field) => {
    const { call } = await aRegistry();
    const [id] = await upload(call, "u/p");
    const { status, body } = await call("PATCH", `/v4/pipelines/${id}`, { [field]: "u/other" });
    expect([status, body.detail[0].loc]).toEqual([422, ["body", field]]);
  });
});

test("a deleted pipeline is gone, once", async () => {
  const { call } = await aRegistry();
  const [id] = await upload(call, "u/p");
  expect((await call("DELETE", `/v4/pipelines/${id}`)).status).toBe(204);
  for (const method of ["GET", "PATCH", "DELETE"]) {
    const answer = await call(method, `/v4/pipelines/${id}`, method === "PATCH" ? {} : undefined);
    expect(answer).toMatchObject({ status: 404, body: { detail: `no pipeline has the id ${id}` } });
  }
  expect((await call("GET", "/v4/pipelines")).body.total).toBe(0);
});

test.each(["gptneo", "a/b/c", "U/p", "u/p:v1", "", "u/p "])("an upload named %j is 422", async (name) => {
  const { call } = await aRegistry();
  const { status, body } = await call("POST", "/v4/pipelines", { name, image: "i" });
  expect([status, body.detail[0].loc]).toEqual([422, ["body", "name"]]);
});
