import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { httpRemote } from "../../../src/remotes/v4/http-remote.ts";
import { names, pageOf, rowOf, scriptedServer, type Scripted, type Seen } from "../scripted-server.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function remoteOf(answer: (seen: Seen) => Scripted, http = {}) {
  const server = await scriptedServer(answer);
  const remote = httpRemote({ name: "prod", url: server.url, retry: { delay: 1, attempts: 3 }, http });
  closing.push(() => remote.close(), server.close);
  return { remote, seen: server.seen };
}

describe("a listing", () => {
  it("of no pointers takes one request", async () => {
    const { remote, seen } = await remoteOf((one) => ({ body: pageOf([], one) }));
    expect(await remote.list()).toEqual(new Map());
    expect(seen.map(({ url }) => url)).toEqual(["/v4/pointers?skip=0&limit=1000"]);
  });

  it("of many pages is whole and in order, each row asked for once", async () => {
    const rows = names(13_456);
    const { remote, seen } = await remoteOf((one) => ({ body: pageOf(rows, one) }));
    expect([...(await remote.list()).keys()]).toEqual(rows);
    expect(seen).toHaveLength(14);
  });

  it("advances by the rows received where a remote gives fewer than asked", async () => {
    const rows = names(95);
    const { remote, seen } = await remoteOf((one) => ({ body: pageOf(rows, one, 20) }));
    expect([...(await remote.list()).keys()]).toEqual(rows);
    expect(seen).toHaveLength(5);
  });

  it("goes on where a page in the middle is shorter than the others", async () => {
    const rows = names(100);
    const { remote } = await remoteOf((one) => ({
      body: pageOf(rows, one, one.url.includes("skip=20&") ? 7 : 20),
    }));
    expect([...(await remote.list()).keys()]).toEqual(rows);
  });

  it("keeps names that our grammar doesn't know as they are", async () => {
    const rows = [
      "Weird Name",
      "a/b/c:x",
      "UPPER/x:y",
      "",
      "\u001b[31mred",
      "__proto__",
      `${"x".repeat(400)}1`,
      `${"x".repeat(400)}2`,
    ];
    const { remote } = await remoteOf((one) => ({ body: pageOf(rows, one) }));
    expect([...(await remote.list()).keys()]).toEqual(rows);
  });

  it("of one family has that family only, also where the remote gives more", async () => {
    const { remote, seen } = await remoteOf((one) => ({
      body: pageOf(["a/b:one", "a/c:one", "a/b:two"], one),
    }));
    expect([...(await remote.list({ family: "a/b" })).keys()]).toEqual(["a/b:one", "a/b:two"]);
    expect(await remote.holdsName("a/b:two")).toBe(true);
    expect(await remote.holdsName("a/b:three")).toBe(false);
    const filter = "/v4/pointers?skip=0&limit=1000&pipeline_name=a%2Fb";
    expect(seen.map(({ url }) => url)).toEqual([
      filter,
      ...Array.from({ length: 2 }, () => `${filter}&show_deleted=true`),
    ]);
  });
});

const faults: Record<string, { answer: (seen: Seen) => Scripted; says: RegExp }> = {
  "a total that moves between pages": {
    answer: (one) => ({ body: pageOf(names(one.url.includes("skip=0&") ? 30 : 31), one, 20) }),
    says: /total moved from 30 to 31/,
  },
  "a row twice": {
    answer: () => ({
      body: { skip: 0, limit: 1000, total: 3, data: [rowOf("a/b:x1"), rowOf("a/b:x2"), rowOf("a/b:x1")] },
    }),
    says: /a\/b:x1 twice/,
  },
  "the same page again and again": {
    answer: () => ({ body: { skip: 0, limit: 2, total: 4, data: [rowOf("a/b:x1"), rowOf("a/b:x2")] } }),
    says: /a\/b:x1 twice/,
  },
  "a missing row": {
    answer: (one) => ({ body: { ...pageOf(names(30), one, 20), total: 31 } }),
    says: /ended after 30 rows of 31/,
  },
  "a row too many": {
    answer: (one) => ({ body: { ...pageOf(names(30), one), total: 29 } }),
    says: /30 rows though it says 29/,
  },
  "an empty page before the total": {
    answer: () => ({ body: { skip: 0, limit: 1000, total: 5, data: [] } }),
    says: /ended after 0 rows of 5/,
  },
  "a page of HTML": {
    answer: () => ({ headers: { "content-type": "text/html" }, body: "<html><head><title>Sign in</title>" }),
    says: /answered 200, but .*HTML page titled "Sign in"/,
  },
  "a truncated page": {
    answer: (one) => ({ body: JSON.stringify(pageOf(names(3), one)).slice(0, -20) }),
    says: /not whole JSON/,
  },
  "a page of another shape": { answer: () => ({ body: [1, 2] }), says: /the page is not an object/ },
  "a row of another shape": {
    answer: () => ({
      body: { skip: 0, limit: 1000, total: 1, data: [{ pointer: "a/b:x1", pipeline_id: 7 }] },
    }),
    says: /a\/b:x1 has no "pipeline_id"/,
  },
  "a total that no registry has": {
    answer: (one) => ({ body: { ...pageOf(names(1000), one), total: 2 ** 53 - 1 } }),
    says: /claims 9007199254740991 rows/,
  },
  "endless tiny pages": {
    answer: (one) => ({ body: { ...pageOf(names(1), one), total: 900_000 } }),
    says: /pages of 1;/,
  },
};

describe("a listing that contradicts itself", () => {
  it.each(Object.entries(faults))("%s: is read three times, then refused", async (_, { answer, says }) => {
    const { remote, seen } = await remoteOf(answer);
    const error: unknown = await remote.list().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "remote-inconsistent", message: expect.stringMatching(says) });
    expect((error as Error).message).toContain("read 3 times");
    expect(seen.filter(({ url }) => url.includes("skip=0&"))).toHaveLength(3);
  });

  it("is fine when a later reading is whole", async () => {
    let readings = 0;
    const { remote } = await remoteOf((one) => {
      if (one.url.includes("skip=0&")) readings += 1;
      return { body: pageOf(names(one.url.includes("skip=0&") || readings > 1 ? 30 : 31), one, 20) };
    });
    expect((await remote.list()).size).toBe(30);
    expect(readings).toBe(2);
  });

  it("never fills memory: a page beyond the limit is cut off", async () => {
    let sent = 0;
    const server = await scriptedServer(async (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const chunk = Buffer.alloc(64 * 1024, " ");
      while (!response.destroyed && sent < 2 ** 30) {
        sent += chunk.length;
        if (!response.write(chunk)) await setTimeout(1);
      }
      return {};
    });
    const remote = httpRemote({
      name: "prod",
      url: server.url,
      retry: { delay: 1 },
      http: { bodyLimit: 1_000_000 },
    });
    closing.push(() => remote.close(), server.close);
    await expect(remote.list()).rejects.toMatchObject({
      code: "remote-inconsistent",
      message: expect.stringContaining("larger than 1000000 bytes"),
    });
    expect(sent).toBeLessThan(50_000_000);
  });
});
