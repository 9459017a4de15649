import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "libsql";
import { expect, test } from "vitest";
import { openLog } from "../../../src/registry/http/open-log.ts";
import { aFolder, aRegistry, token } from "../a-registry.ts";
import { aContainer, streamed } from "./a-container.ts";

async function logged() {
  const text: string[] = [];
  const dataDir = await aFolder();
  const log = openLog("info", { write: (line) => text.push(line) });
  const registry = await aRegistry(dataDir, { log });
  const container = await aContainer();
  const extras = { endpoints: [container.url] };
  await registry.call("POST", "/v4/pipelines", { name: "u/p", image: "i", extras });
  const run = (id: string) =>
    registry.call("POST", "/v4/runs", { pipeline: "u/p:v1" }, { "x-correlation-id": id });
  return { ...registry, container, run, dataDir, lines: () => text.map((line) => JSON.parse(line)) };
}

test("a run's line says which run it began, and other lines say none", async () => {
  const { run, lines, close } = await logged();
  const { body } = await run("first");
  await close();
  expect(lines().map(({ correlation_id, run: id }) => [correlation_id, id])).toEqual([
    [expect.any(String), undefined],
    ["first", body.id],
  ]);
});

test("a run whose record is lost is named, with the id of its request", async () => {
  const { run, lines, close, dataDir } = await logged();
  const database = new Database(join(dataDir, "registry.db"));
  database.exec("DROP TABLE runs");
  database.close();
  const { body } = await run("first");
  await close();
  expect(lines().filter(({ level }) => level === "error")).toMatchObject([
    { msg: "run went wrong", correlation_id: "first", run: body.id },
  ]);
});

test("a streamed run's line comes at its end, and says how long all of it took", async () => {
  const { lines, url, container, close } = await logged();
  let end!: () => void;
  container.run = (response) => {
    response.writeHead(200).write(streamed("a"));
    end = () => void response.end();
  };
  const answer = await fetch(`${url}/v4/runs/stream`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ pipeline: "u/p:v1" }),
  });
  const reader = answer.body!.getReader();
  await reader.read();
  expect(lines().map(({ path }) => path)).not.toContain("/v4/runs/stream");
  await sleep(100);
  end();
  while (!(await reader.read()).done);
  await close();
  const line = lines().find(({ path }) => path === "/v4/runs/stream");
  expect(line).toMatchObject({ status: 200, msg: "request answered" });
  expect(line.ms).toBeGreaterThan(90);
});
