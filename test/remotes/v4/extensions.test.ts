import { afterEach, describe, expect, it, test } from "vitest";
import { httpRemote } from "../../../src/remotes/v4/http-remote.ts";
import { sourceText } from "../../../src/remotes/v4/source-header.ts";
import type { Source } from "../../../src/model/source.ts";
import { pageOf, rowOf, scriptedServer, type Scripted, type Seen } from "../scripted-server.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function remoteOf(
  answer: (seen: Seen) => Scripted,
  source: () => Promise<Source> = () => Promise.resolve({ commit: "c0ffee" }),
) {
  const server = await scriptedServer(answer);
  const remote = httpRemote({ name: "prod", url: server.url, token: "secret-token", source });
  closing.push(() => remote.close(), server.close);
  return { remote, seen: server.seen };
}

const one = { pipeline: "pipeline_one", locked: false };
const row = rowOf("a/b:xy");
const offer = { "x-pointsman": "Compare-and-Set , source, something-new" };
const conditionsOf = ({ headers }: Seen) => ({
  match: headers["if-match"],
  noneMatch: headers["if-none-match"],
  source: headers["x-pointsman-source"],
});
const nothing = { match: undefined, noneMatch: undefined, source: undefined };

describe("an extension of the API", () => {
  it("is used once an answer about pointers has offered it, and no longer than that", async () => {
    let headers: Record<string, string> = {};
    const { remote, seen } = await remoteOf((asked) => ({
      headers,
      body: asked.method === "GET" ? pageOf([], asked) : row,
    }));
    expect([remote.comparesAndSets(), remote.keepsHistory()]).toEqual([false, false]);
    await remote.update("a/b:xy", one);
    await remote.list();
    expect(remote.comparesAndSets()).toBe(false);
    headers = offer;
    await remote.list();
    expect([remote.comparesAndSets(), remote.keepsHistory()]).toEqual([true, true]);
    await remote.update("a/b:xy", one, { expected: { pipeline: "pipeline_old", locked: true } });
    headers = {};
    await remote.list();
    await remote.update("a/b:xy", one);
    expect([remote.comparesAndSets(), remote.keepsHistory()]).toEqual([false, false]);
    const [before, during, after] = seen.filter(({ method }) => method !== "GET").map(conditionsOf);
    expect(before).toEqual(nothing);
    expect(during).toEqual({
      match: '"pipeline_old;locked"',
      noneMatch: undefined,
      source: '{"commit":"c0ffee"}',
    });
    expect(after).toEqual(nothing);
  });

  it("is not taken back by an answer that fails", async () => {
    const { remote } = await remoteOf((asked) =>
      asked.method === "GET" ? { headers: offer, body: pageOf([], asked) } : { status: 403 },
    );
    await remote.list();
    await expect(remote.update("a/b:xy", one)).rejects.toMatchObject({ outcome: "refused" });
    expect(remote.comparesAndSets()).toBe(true);
  });

  it("is a conflict where the remote compared and did not set", async () => {
    const { remote } = await remoteOf(() => ({ status: 412, body: { detail: "it has changed" } }));
    await expect(remote.update("a/b:xy", one, { expected: one })).rejects.toMatchObject({
      outcome: "conflict",
      status: 412,
      message: expect.stringContaining("it has changed") as string,
    });
  });

  it("carries an id that no header could", async () => {
    const { remote, seen } = await remoteOf(() => ({ body: row }));
    await remote.update("a/b:xy", one, { expected: { pipeline: 'p"1\n\u00e9', locked: false } });
    expect(seen[0]?.headers["if-match"]).toBe('"p%221%0A%C3%A9"');
  });

  it("tells a source as plain ASCII, and asks for it once", async () => {
    let times = 0;
    const { remote, seen } = await remoteOf(
      (asked) => ({ headers: offer, body: asked.method === "GET" ? pageOf([], asked) : row }),
      () => {
        times += 1;
        return Promise.resolve({ actor: "Adélé 🙂", runUrl: "https://ci.example.com/1", pullRequest: "p" });
      },
    );
    await remote.list();
    expect(times).toBe(0);
    await Promise.all([remote.update("a/b:xy", one), remote.create("a/b:xy", one), remote.delete("a/b:xy")]);
    expect(times).toBe(1);
    const texts = seen.slice(1).map((asked) => conditionsOf(asked).source);
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(String(texts[0]))).toEqual({
      actor: "Adélé 🙂",
      run_url: "https://ci.example.com/1",
      pull_request: "p",
    });
  });
});

test("a source fits into one header, whatever its parts are: those that do not are left out", () => {
  const part = "é".repeat(512);
  const text = sourceText({ repository: "r".repeat(512), commit: "c0ffee", ref: part, actor: part });
  expect(JSON.parse(text)).toEqual({ repository: "r".repeat(512), commit: "c0ffee" });
});

describe("the history of a pointer", () => {
  const event = (at: number) => ({
    at,
    action: "update",
    pointer: "a/b:xy",
    before: null,
    after: { pipeline_id: `pipeline_${at}`, locked: false },
    token: "ci",
    source: { commit: "c0ffee", run_url: "https://ci.example.com/1", actor: 7 },
  });
  const readAll = async (remote: Awaited<ReturnType<typeof remoteOf>>["remote"]) => {
    const read = [];
    for await (const one of remote.history("a/b:xy")) read.push(one);
    return read;
  };

  it("is read to its end, page by page", async () => {
    const all = [5, 4, 3, 2, 1].map(event);
    const { remote, seen } = await remoteOf(({ url }) => {
      const skip = Number(new URL(url, "http://x").searchParams.get("skip"));
      return { body: { skip, limit: 2, total: 5, data: all.slice(skip, skip + 2) } };
    });
    const read = await readAll(remote);
    expect(read.map(({ at }) => at)).toEqual([5000, 4000, 3000, 2000, 1000]);
    expect(read[0]).toEqual({
      at: 5000,
      before: null,
      after: { pipeline: "pipeline_5", locked: false },
      by: "ci",
      source: { commit: "c0ffee", runUrl: "https://ci.example.com/1" },
    });
    expect(seen.map(({ url }) => url.split("?")[0])).toEqual(
      Array.from({ length: 3 }, () => "/v4/pointers/a/b:xy/history"),
    );
  });

  it.each([
    ["no page", { events: [] }],
    ["no time", { skip: 0, limit: 1, total: 1, data: [{ ...event(1), at: "yesterday" }] }],
    ["no pipeline", { skip: 0, limit: 1, total: 1, data: [{ ...event(1), after: {} }] }],
    ["no entry", { skip: 0, limit: 1, total: 1, data: ["x"] }],
  ])("that is %s cannot be read", async (_, body) => {
    const { remote } = await remoteOf(() => ({ body }));
    await expect(readAll(remote)).rejects.toMatchObject({ code: "remote-inconsistent" });
  });
});
