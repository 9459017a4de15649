import { describe, expect, it, onTestFinished, vi } from "vitest";
import { githubForge } from "../../src/ci/github-forge.ts";
import { tellWaits } from "../../src/waiting.ts";
import { type Scripted, type Seen, scriptedServer } from "../remotes/scripted-server.ts";

/** Milliseconds since 1970, at which the clock stands still. */
const now = 1_700_000_000_000;

/** A forge on a server that answers as it is told, and the milliseconds that were waited in between. */
async function openForge(answer: (seen: Seen, count: number) => Scripted | Promise<Scripted>, path = "") {
  const waits: number[] = [];
  const server = await scriptedServer((seen) => answer(seen, server.seen.length));
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    },
  };
  const forge = githubForge({
    apiUrl: server.url + path,
    repository: "acme/models",
    token: "secret-token",
    clock,
  });
  onTestFinished(async () => {
    await forge.close();
    await server.close();
  });
  return { forge, server, waits };
}

const ok: Scripted = { body: { head: { sha: "abc" } } };
const limited = (headers: Record<string, string>): Scripted => ({
  status: 403,
  headers,
  body: { message: "API rate limit exceeded" },
});

describe("GitHub's API", () => {
  it("is asked again after as long as it asks for", async () => {
    for (const [wait, headers] of [
      [7000, { "retry-after": "7" }],
      [8000, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 + 8) }],
    ] as const) {
      const { forge, waits } = await openForge((_seen, count) => (count === 1 ? limited(headers) : ok));
      expect(await forge.headOf(7)).toBe("abc");
      expect(waits).toEqual([wait]);
    }
  });

  it("is said to be waited for where it takes its time", async () => {
    const told: string[] = [];
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const end = tellWaits({
      progress: null,
      progressEnd: () => undefined,
      note: (text) => void told.push(text),
    });
    onTestFinished(end);
    const { forge } = await openForge(async () => {
      vi.advanceTimersByTime(7000);
      return ok;
    });
    expect(await forge.headOf(7)).toBe("abc");
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(["Waiting for GitHub (5 s)…"]);
  });

  it("is not waited for longer than a minute, nor asked for ever", async () => {
    const long = await openForge(() => limited({ "retry-after": "600" }));
    await expect(long.forge.headOf(7)).rejects.toThrow(
      /GitHub answered 403, API rate limit exceeded, to GET/,
    );
    expect(long.waits).toEqual([]);
    const down = await openForge(() => ({ status: 502, body: "<html>" }));
    await expect(down.forge.headOf(7)).rejects.toThrow(
      "GitHub answered 502 to GET /repos/acme/models/pulls/7",
    );
    expect(down.server.seen).toHaveLength(3);
  });

  it("gets a comment once where nobody knows whether it has it, and again where it said no for now", async () => {
    const lost = await openForge(() => null);
    await expect(lost.forge.addNote(7, "x")).rejects.toThrow("GitHub did not answer");
    expect(lost.server.seen).toHaveLength(1);
    const busy = await openForge((_seen, count) =>
      count === 1 ? { status: 429 } : { status: 201, body: {} },
    );
    await busy.forge.addNote(7, "x");
    expect(busy.server.seen).toHaveLength(2);
  });

  it("is asked again whose token this is where the answer is lost: a question writes nothing", async () => {
    const { forge, server } = await openForge((_seen, count) =>
      count === 1 ? { status: 502, body: "<html>" } : { body: { data: { viewer: { login: "bot" } } } },
    );
    expect(await forge.me()).toBe("bot");
    expect(server.seen).toHaveLength(2);
  });

  it("is the only one that gets the token: no redirect is followed", async () => {
    const thief = await openForge(() => ok);
    const { forge } = await openForge(() => ({ status: 302, headers: { location: thief.server.url } }));
    await expect(forge.headOf(7)).rejects.toThrow("GitHub answered 302");
    expect(thief.server.seen).toEqual([]);
    const plain = () =>
      githubForge({
        apiUrl: "http://github.example/api/v3",
        repository: "a/b",
        token: "secret-token",
        clock: { now: Date.now, sleep: () => Promise.resolve() },
      });
    expect(plain).toThrow(/plain HTTP/);
  });

  it("has GraphQL beside REST, also on a server of one's own", async () => {
    for (const [path, graphql, rest] of [
      ["", "/graphql", "/repos/acme/models/pulls/7"],
      ["/api/v3", "/api/graphql", "/api/v3/repos/acme/models/pulls/7"],
    ] as const) {
      const { forge, server } = await openForge(
        ({ method }) => (method === "POST" ? { body: { data: { viewer: { login: "bot" } } } } : ok),
        path,
      );
      expect(await forge.me()).toBe("bot");
      await forge.headOf(7);
      expect(server.seen.map(({ url }) => url)).toEqual([graphql, rest]);
    }
  });

  it("is read to its last page, however few rows one has that more follow", async () => {
    const note = (id: number) => ({ id, user: { login: "bot" }, body: "" });
    const { forge, server } = await openForge((_seen, count) =>
      count === 1
        ? {
            headers: { link: '<https://x/?page=2>; rel="next", <https://x/?page=2>; rel="last"' },
            body: [note(1)],
          }
        : { headers: { link: '<https://x/?page=1>; rel="prev"' }, body: [note(2)] },
    );
    expect((await forge.notes(7)).map(({ id }) => id)).toEqual([1, 2]);
    expect(server.seen).toHaveLength(2);
  });

  it("that answers with something else is said to", async () => {
    const { forge } = await openForge(() => ({ body: "Welcome" }));
    await expect(forge.notes(7)).rejects.toThrow("something else than was asked for");
    await expect(forge.me()).rejects.toThrow("something else than was asked for");
  });
});
