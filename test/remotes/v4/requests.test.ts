import { afterEach, describe, expect, it } from "vitest";
import { RemoteError } from "../../../src/remotes/remote-error.ts";
import { httpRemote } from "../../../src/remotes/v4/http-remote.ts";
import type { V4Options } from "../../../src/remotes/v4/v4-remote.ts";
import { pageOf, rowOf, scriptedServer, type Scripted, type Seen } from "../scripted-server.ts";
import { skippingClock } from "../skipping-clock.ts";

const token = "secret-token-0123";
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function remoteOf(
  answer: (seen: Seen) => Promise<Scripted> | Scripted,
  options: Partial<V4Options> & { path?: string } = {},
) {
  const server = await scriptedServer(answer);
  const { path = "", ...rest } = options;
  const remote = httpRemote({
    name: "prod",
    url: server.url + path,
    token,
    retry: { delay: 1, attempts: 3 },
    http: { timeout: 300 },
    ...rest,
  });
  closing.push(() => remote.close(), server.close);
  return { remote, seen: server.seen, url: server.url };
}

async function errorOf(call: Promise<unknown>): Promise<RemoteError> {
  const error: unknown = await call.catch((cause: unknown) => cause);
  if (!(error instanceof RemoteError)) throw new Error(`no RemoteError: ${String(error)}`);
  return error;
}

const value = { pipeline: "pipeline_one", locked: false };

describe("a request", () => {
  it("carries the token, the raw name in the path, and always whether it is locked", async () => {
    const { remote, seen } = await remoteOf(() => ({ body: rowOf("myuser/gptneo:latest") }));
    await remote.create("myuser/gptneo:latest", value);
    await remote.update("myuser/gptneo:latest", { ...value, locked: true });
    await remote.delete("myuser/gptneo:latest");
    await remote.publish({ name: "myuser/gptneo", image: "img:1", extras: { a: 1 } }).catch(() => undefined);
    expect(seen.map(({ method, url, body }) => [method, url, body === "" ? null : JSON.parse(body)])).toEqual(
      [
        [
          "POST",
          "/v4/pointers",
          { pointer: "myuser/gptneo:latest", pointer_or_pipeline_id: "pipeline_one", locked: false },
        ],
        [
          "PATCH",
          "/v4/pointers/myuser/gptneo:latest",
          { pointer_or_pipeline_id: "pipeline_one", locked: true },
        ],
        ["DELETE", "/v4/pointers/myuser/gptneo:latest", null],
        [
          "POST",
          "/v4/pipelines",
          {
            name: "myuser/gptneo",
            image: "img:1",
            extras: { a: 1 },
            input_variables: [],
            output_variables: [],
          },
        ],
      ],
    );
    expect(new Set(seen.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${token}`]));
  });

  it("goes below the path of the remote's url", async () => {
    const { remote, seen } = await remoteOf((one) => ({ body: pageOf([], one) }), { path: "/registry/eu/" });
    await remote.list();
    expect(seen[0]?.url).toBe("/registry/eu/v4/pointers?skip=0&limit=1000");
  });

  it("is refused after close", async () => {
    const { remote } = await remoteOf((one) => ({ body: pageOf([], one) }));
    await remote.close();
    await expect(remote.list()).rejects.toThrow("closed");
    await expect(remote.delete("a/b:xy")).rejects.toThrow("closed");
  });
});

describe("a read", () => {
  it.each([408, 425, 429, 500, 502, 503, 504])("is tried again after a %i", async (status) => {
    const { remote, seen } = await remoteOf((one) =>
      seen.length < 3 ? { status } : { body: pageOf(["a/b:xy"], one) },
    );
    expect((await remote.list()).size).toBe(1);
    expect(seen).toHaveLength(3);
  });

  it("is tried again after a closed connection and after silence", async () => {
    const { remote, seen } = await remoteOf(async (one) => {
      if (seen.length === 1) return null;
      if (seen.length === 2) await new Promise((resolve) => setTimeout(resolve, 700));
      return { body: pageOf(["a/b:xy"], one) };
    });
    expect((await remote.list()).size).toBe(1);
    expect(seen).toHaveLength(3);
  });

  it.each([400, 401, 403, 404, 409, 422])("is not tried again after a %i", async (status) => {
    const { remote, seen } = await remoteOf(() => ({ status, body: { detail: "no" } }));
    expect((await errorOf(remote.list())).status).toBe(status);
    expect(seen).toHaveLength(1);
  });

  it("waits no more once the signal is aborted", async () => {
    const { remote } = await remoteOf(() => ({ status: 500 }), { retry: { delay: 60_000 } });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    expect((await errorOf(remote.list({}, { signal: stop.signal }))).status).toBe(500);
  });
});

describe("a 404", () => {
  const urlHint = "is the remote's url right? It ends before /v4";
  it.each([
    [{ detail: "no pipeline or pointer is named a/b:zz" }, undefined],
    [{ detail: { message: "no such pipeline" } }, undefined],
    [{ detail: "Not Found" }, urlHint],
    ["<html><title>404 Not Found</title>", urlHint],
    ["", urlHint],
  ])("of %j has the hint %j", async (body, hint) => {
    const { remote } = await remoteOf(() => ({ status: 404, body }));
    expect((await errorOf(remote.list())).hint).toBe(hint);
  });
});

describe("a write", () => {
  const outcomes: [number, RemoteError["outcome"]][] = [
    [302, "refused"],
    [400, "refused"],
    [401, "refused"],
    [403, "refused"],
    [422, "refused"],
    [404, "missing"],
    [409, "conflict"],
    [408, "unclear"],
    [425, "unclear"],
    [500, "unclear"],
    [503, "unclear"],
  ];
  it.each(outcomes)("is sent once; a %i means %s", async (status, outcome) => {
    const { remote, seen } = await remoteOf(() => ({ status, body: { detail: "no" } }));
    expect(await errorOf(remote.update("a/b:xy", value))).toMatchObject({ status, outcome });
    expect(seen).toHaveLength(1);
  });

  it.each(["", "<html>", "{", '{"pointer":"a/b:xy"}'])(
    "whose success cannot be read is unclear: %j",
    async (body) => {
      const { remote, seen } = await remoteOf(() => ({ status: 200, body }));
      expect(await errorOf(remote.create("a/b:xy", value))).toMatchObject({
        outcome: "unclear",
        status: 200,
      });
      expect(await errorOf(remote.publish({ name: "a/b", image: "i" }))).toMatchObject({
        outcome: "unclear",
      });
      expect(seen).toHaveLength(2);
    },
  );

  it("whose answer is lost is unclear", async () => {
    const { remote, seen } = await remoteOf(() => null);
    expect(await errorOf(remote.create("a/b:xy", value))).toMatchObject({
      outcome: "unclear",
      code: "remote-unreachable",
    });
    expect(seen).toHaveLength(1);
  });
});

describe("Retry-After", () => {
  it.each(["a 429 to a read", "a 503 to a write"])("of %s holds all requests together", async (what) => {
    const pauses: number[] = [];
    const { remote, seen } = await remoteOf(
      (one) => {
        if (seen.length === 1)
          return { status: what.includes("429") ? 429 : 503, headers: { "retry-after": "1" } };
        return one.method === "GET" ? { body: pageOf([], one) } : { body: rowOf("a/b:xy", value.pipeline) };
      },
      { onPause: (ms) => pauses.push(ms) },
    );
    const first = what.includes("read")
      ? remote.list()
      : remote.update("a/b:xy", value).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await Promise.all([first, remote.list(), remote.create("a/b:xy", value), remote.update("a/b:xy", value)]);
    const [begin, ...rest] = seen.map(({ at }) => at);
    expect(rest.length).toBeGreaterThanOrEqual(3);
    expect(Math.min(...rest) - begin!).toBeGreaterThan(950);
    expect(pauses).toEqual([1000]);
  });

  it("may be an HTTP date", async () => {
    const pauses: number[] = [];
    const { remote } = await remoteOf(
      (one) =>
        pauses.length === 0
          ? { status: 503, headers: { "retry-after": new Date(Date.now() + 40_000).toUTCString() } }
          : { body: pageOf([], one) },
      { onPause: (ms) => pauses.push(ms), clock: skippingClock() },
    );
    await remote.list();
    expect(pauses[0]).toBeGreaterThan(38_000);
    expect(pauses[0]).toBeLessThanOrEqual(40_000);
  });

  it("of more than a minute is not waited for, by anybody, and said", async () => {
    const { remote, seen } = await remoteOf(() => ({ status: 429, headers: { "retry-after": "3600" } }));
    expect((await errorOf(remote.list())).message).toContain("asks to wait 3600 s");
    const write = await errorOf(remote.update("a/b:xy", value));
    expect(write).toMatchObject({ outcome: "refused", code: "remote-unreachable" });
    expect(seen).toHaveLength(1);
  });

  it("ends with the signal: what waits is not sent", async () => {
    const { remote, seen } = await remoteOf(() => ({ status: 429, headers: { "retry-after": "30" } }));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    expect(await errorOf(remote.update("a/b:xy", value, { signal: stop.signal }))).toMatchObject({
      code: "interrupted",
      outcome: "refused",
    });
    expect(seen).toHaveLength(1);
  });
});

describe("too many requests", () => {
  it("are sent again, writes too: none of them was done", async () => {
    const { remote, seen } = await remoteOf(
      () =>
        seen.length < 4
          ? { status: 429, headers: { "retry-after": "1" } }
          : { body: rowOf("a/b:xy", value.pipeline) },
      { clock: skippingClock() },
    );
    expect((await remote.update("a/b:xy", value)).pipeline).toBe(value.pipeline);
    expect(seen).toHaveLength(4);
  });

  it.each([undefined, "0", "1", "30"])(
    "for a minute, where nothing comes through, are not sent any more: Retry-After %s",
    async (after) => {
      const clock = skippingClock();
      const began = clock.now();
      const headers = after === undefined ? {} : { "retry-after": after };
      const { remote, seen } = await remoteOf(() => ({ status: 429, headers }), { clock });
      expect(await errorOf(remote.update("a/b:xy", value))).toMatchObject({
        status: 429,
        outcome: "unclear",
      });
      expect((clock.now() - began) / 1000).toBeGreaterThan(60);
      expect((clock.now() - began) / 1000).toBeLessThan(100);
      expect(seen.length).toBeLessThan(30);
      const last = seen.length;
      expect((await errorOf(remote.list())).status).toBe(429);
      expect(seen.length - last).toBeLessThan(30);
    },
  );

  it("wait for their turn as long as others come through", async () => {
    const clock = skippingClock();
    let [through, others] = [0, 0];
    const { remote } = await remoteOf(
      ({ body }) => {
        const isRefused = body.includes("true") ? through < 30 : ++others % 4 > 0;
        if (isRefused) return { status: 429, headers: { "retry-after": "5" } };
        through += 1;
        return { body: rowOf("a/b:xy", value.pipeline) };
      },
      { clock },
    );
    const began = clock.now();
    const unlucky = remote.update("a/b:xy", { ...value, locked: true });
    await Promise.all(Array.from({ length: 30 }, () => remote.update("a/b:xy", value)));
    await unlucky;
    expect((clock.now() - began) / 1000).toBeGreaterThan(100);
  });

  it("make the next ones wait for each other, and one more is sent for each that comes through", async () => {
    let underWay = 0;
    const width: number[] = [];
    const { remote, seen } = await remoteOf(async (one) => {
      underWay += 1;
      width.push(underWay);
      const isFirst = seen.length <= 8;
      await new Promise((resolve) => setTimeout(resolve, 30));
      underWay -= 1;
      return isFirst ? { status: 429, headers: { "retry-after": "0.1" } } : { body: pageOf([], one) };
    });
    await Promise.all(Array.from({ length: 8 }, () => remote.list()));
    expect(Math.max(...width.slice(0, 8))).toBe(8);
    // One, then two at a time at most, then three or four.
    expect(width[8]).toBe(1);
    expect(Math.max(...width.slice(9, 11))).toBeLessThanOrEqual(2);
    expect(Math.max(...width.slice(11, 13))).toBeLessThanOrEqual(4);
    expect(Math.max(...width.slice(9))).toBeGreaterThan(1);
    expect(seen).toHaveLength(16);
  });
});

describe("too many requests, and then Ctrl-C", () => {
  it("send nothing more that waits for its turn", async () => {
    const stop = new AbortController();
    const { remote, seen } = await remoteOf(async () => {
      if (seen.length <= 2) return { status: 429, headers: { "retry-after": "0" } };
      stop.abort();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { body: rowOf("a/b:xy", value.pipeline) };
    });
    const writes = [1, 2].map(() => remote.update("a/b:xy", value, { signal: stop.signal }));
    const ends = await Promise.allSettled(writes);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(seen).toHaveLength(3);
  });
});

describe("an error", () => {
  const told: [string, Scripted, string][] = [
    [
      "FastAPI's text",
      { status: 400, body: { detail: "Bad pointer" } },
      "POST /v4/pointers answered 400: Bad pointer",
    ],
    [
      "FastAPI's object",
      { status: 409, body: { detail: { message: "It exists" } } },
      "POST /v4/pointers answered 409: It exists",
    ],
    [
      "FastAPI's list",
      {
        status: 422,
        body: {
          detail: [
            { loc: ["body", "pointer"], msg: "field required" },
            { loc: [], msg: "bad" },
          ],
        },
      },
      "POST /v4/pointers answered 422: pointer: field required; bad",
    ],
    [
      "a proxy's page",
      {
        status: 502,
        body: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502</h1></body></html>",
        headers: { "x-correlation-id": "abc-1" },
      },
      'POST /v4/pointers answered 502: an HTML page titled "502 Bad Gateway" (x-correlation-id abc-1)',
    ],
    [
      "a page without a title",
      { status: 504, body: "<html><body>x" },
      "POST /v4/pointers answered 504: an HTML page",
    ],
    ["nothing", { status: 500 }, "POST /v4/pointers answered 500: no explanation"],
    ["text", { status: 500, body: "upstream died\nstack…" }, "POST /v4/pointers answered 500: upstream died"],
    [
      "control characters",
      {
        status: 400,
        body: { detail: "\u001b[31mred\u001b[0m\r\n\u0007two\u202e\u2028three \u001b]0;title\u0007end" },
      },
      "POST /v4/pointers answered 400: red two three end",
    ],
    [
      "a command of CI",
      { status: 400, body: { detail: "a ##vso[task.prependpath]/b" } },
      "POST /v4/pointers answered 400: a \\u{23}#vso[task.prependpath]/b",
    ],
    [
      "the token",
      { status: 400, body: { detail: `bad header Bearer ${token}` }, headers: { "x-correlation-id": token } },
      "POST /v4/pointers answered 400: bad header Bearer *** (x-correlation-id ***)",
    ],
  ];
  it.each(told)("that says %s is one readable line", async (_, answer, line) => {
    const { remote } = await remoteOf(() => answer);
    expect((await errorOf(remote.create("a/b:xy", value))).message).toBe(line);
  });

  it("is cut where it is long", async () => {
    const { remote } = await remoteOf(() => ({ status: 400, body: { detail: "x".repeat(100_000) } }));
    expect((await errorOf(remote.create("a/b:xy", value))).message.length).toBeLessThan(400);
  });

  it("never shows the token, wherever a remote puts it", async () => {
    const { remote } = await remoteOf((one) => ({
      body: { ...pageOf([], one), total: 2, data: [rowOf(token), rowOf(token)] },
    }));
    const error = await errorOf(remote.list());
    expect(`${error.message} ${error.hint ?? ""} ${String(error.cause)}`).toContain("*** twice");
    expect(error.message).not.toContain(token);
  });
});

describe("a redirect", () => {
  it("is not followed, and names where it leads", async () => {
    const other = await scriptedServer((one) => ({ body: pageOf([], one) }));
    closing.push(other.close);
    const { remote } = await remoteOf(() => ({
      status: 307,
      headers: { location: `${other.url}/v4/pointers?session=1` },
    }));
    for (const call of [remote.list(), remote.update("a/b:xy", value)]) {
      const error = await errorOf(call);
      expect(error).toMatchObject({ outcome: "refused", status: 307 });
      expect(error.message).toMatch(new RegExp(`redirects to ${other.url}$`));
      expect(error.hint).toContain(`if ${other.url} is the registry, set the remote's url to it`);
    }
    expect(other.seen).toEqual([]);
  });

  it("to the same server, as to a page to log in at, or nowhere is no reason to write its url down again", async () => {
    for (const headers of [{ location: "/login" }, {}]) {
      const { remote } = await remoteOf(() => ({ status: 302, headers }));
      const { hint } = await errorOf(remote.list());
      expect(hint).toContain("is the path of the remote's url right");
      expect(hint).not.toContain("set the remote's url");
    }
  });
});

describe("an unreachable remote", () => {
  it("is named by its origin, with what to check", async () => {
    const server = await scriptedServer(() => null);
    await server.close();
    const remote = httpRemote({ name: "prod", url: `${server.url}/prefix`, token, retry: { delay: 1 } });
    closing.push(() => remote.close());
    const error = await errorOf(remote.list());
    expect(error).toMatchObject({
      code: "remote-unreachable",
      message: `${server.url} refuses connections (ECONNREFUSED)`,
    });
    expect(error.hint).toContain("url");
  });

  it("that takes requests and is silent is asked twice, and said to be", async () => {
    const { remote, seen, url } = await remoteOf(() => new Promise(() => undefined));
    expect(await errorOf(remote.list())).toMatchObject({
      code: "remote-unreachable",
      message: `${url} did not answer within 1 s`,
    });
    expect(seen).toHaveLength(2);
  });

  it("that speaks no TLS is one, too", async () => {
    const { url } = await remoteOf(() => ({}));
    const remote = httpRemote({ name: "prod", url: url.replace("http:", "https:"), retry: { attempts: 1 } });
    closing.push(() => remote.close());
    expect(await errorOf(remote.list())).toMatchObject({
      code: "remote-unreachable",
      message: `${url.replace("http:", "https:")} answers, but not with TLS (ERR_SSL_WRONG_VERSION_NUMBER)`,
      hint: expect.stringContaining("http://"),
    });
  });
});

describe("an answer that never ends", () => {
  it("is cut off at the time limit, however steadily it drips", async () => {
    const server = await scriptedServer(async (_, response) => {
      response.writeHead(200);
      while (!response.destroyed) {
        response.write(" ");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return {};
    });
    const remote = httpRemote({
      name: "prod",
      url: server.url,
      retry: { attempts: 1 },
      http: { timeout: 300 },
    });
    closing.push(() => remote.close(), server.close);
    expect(await errorOf(remote.list())).toMatchObject({
      code: "remote-unreachable",
      message: `${server.url} did not answer within 1 s`,
    });
  });
});

describe("a remote's url", () => {
  const refused = {
    "http://registry.example.com": "plain HTTP",
    "http://127.0.0.1.example.com": "plain HTTP",
    "http://0.0.0.0:8787": "plain HTTP",
    "https://user:pass@registry.example.com": "no user or password",
    "https://registry.example.com/?a=1": "query",
    "ftp://registry.example.com": "written like https://",
    "registry.example.com":
      "written like https://registry.example.com; did you mean https://registry.example.com?",
    "registry.example.com:8443": "did you mean https://registry.example.com:8443?",
    "": "written like https://",
  };
  it.each(Object.entries(refused))("%s is refused", (url, why) => {
    expect(() => httpRemote({ name: "prod", url, token })).toThrow(
      expect.objectContaining({ code: "config-invalid", message: expect.stringContaining(why) }),
    );
  });

  it.each(["https://registry.example.com/a/b", "http://localhost:1", "http://127.1:1", "http://[::1]:1"])(
    "%s is taken",
    (url) => {
      expect(httpRemote({ name: "prod", url, token }).url).toBe(url);
    },
  );

  it.each(["", "two words", "line\nbreak", "schlüssel"])(
    "with the token %j is refused, which is not shown",
    (bad) => {
      expect(() => httpRemote({ name: "prod", url: "http://localhost:1", token: bad })).toThrow(
        expect.objectContaining({
          code: "config-invalid",
          message: expect.not.stringContaining(bad || "***"),
        }),
      );
    },
  );
});
