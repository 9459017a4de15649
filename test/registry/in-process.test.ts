import { expect, onTestFinished, test } from "vitest";
import { openEmbedded } from "../../src/registry/in-process.ts";
import { aFolder } from "./a-registry.ts";

async function embedded(folder: string) {
  const registry = await openEmbedded(folder);
  onTestFinished(() => registry.close());
  return registry;
}

const upload = {
  method: "POST",
  url: "/v4/pipelines",
  headers: { "content-type": "application/json" },
  body: '{"name":"u/p","image":"i"}',
} as const;

test("answers as the served registry does, without a token", async () => {
  const registry = await embedded(await aFolder());
  const made = await registry.inject(upload);
  expect(made.status).toBe(201);
  expect(made.headers).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    "x-correlation-id": expect.any(String),
  });
  const shown = await registry.inject({ method: "GET", url: "/v4/pointers/u/p:v1" });
  expect([shown.status, JSON.parse(shown.body).pipeline_id]).toEqual([200, JSON.parse(made.body).id]);
  const removed = await registry.inject({ method: "DELETE", url: "/v4/pointers/u/p:v1" });
  expect([removed.status, JSON.parse(removed.body)]).toEqual([
    403,
    { detail: "u/p:v1 is a version pointer, which never changes" },
  ]);
});

test("two on one folder see each other's writes", async () => {
  const folder = await aFolder();
  const [one, other] = [await embedded(folder), await embedded(folder)];
  await one.inject(upload);
  await other.inject(upload);
  const { body } = await one.inject({ method: "GET", url: "/v4/pointers" });
  expect(JSON.parse(body).total).toBe(2);
});
