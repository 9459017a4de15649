import { once } from "node:events";
import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { here, makeFolder, makeRepo, openRegistry, start, token } from "./kit.ts";

type Registry = Awaited<ReturnType<typeof openRegistry>>;
interface Asked {
  readonly path: string;
  readonly body: ReturnType<typeof JSON.parse>;
  readonly text: string;
}

describe("pointsman run", () => {
  const asked: Asked[] = [];
  /** What the container does next: answers a status and a body, or lines, or leaves it to the test. */
  let next:
    { status: number; body: unknown } | { lines: unknown[] } | { hold: (response: ServerResponse) => void };
  const container = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString("utf8");
      asked.push({ path: request.url ?? "", text, body: text === "" ? undefined : JSON.parse(text) });
      if ("hold" in next) return next.hold(response);
      if ("lines" in next) for (const line of next.lines) response.write(`${JSON.stringify(line)}\n`);
      else
        response
          .writeHead(next.status)
          .write(typeof next.body === "string" ? next.body : JSON.stringify(next.body));
      response.end();
    })();
  });
  let registry: Registry;
  let endpoint: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => container.listen(0, "127.0.0.1", resolve));
    endpoint = `http://127.0.0.1:${(container.address() as AddressInfo).port}`;
    registry = await openRegistry();
    await registry.remote.publish({ name: "u/p", image: "i", extras: { endpoints: [endpoint] } });
  });
  afterAll(() => void container.close());

  const outputs = (...values: unknown[]) => ({
    inputs: null,
    outputs: values.map((value) => ({
      type: typeof value === "string" ? "string" : "dictionary",
      value,
      file: null,
    })),
    error: null,
  });
  const failure = { type: "pipeline_error", message: "ValueError('no')", traceback: "Traceback\n  line 1" };
  const failing = { inputs: null, outputs: null, error: failure };
  /** In a folder that is no repository: a caller has none. */
  const run = async (...args: string[]) =>
    here(["run", "u/p:v1", ...args], { cwd: await makeFolder(), env: registry.env });

  it("prints the outputs, a line each", async () => {
    next = {
      status: 200,
      body: outputs("hello", { a: [1, "\u001b[31m"] }, "two\nlines", "\u001b[31mred\u202e"),
    };
    const ran = await run();
    expect(ran.code).toBe(0);
    expect(ran.stdout).toBe('hello\n{"a":[1,"\\u001b[31m"]}\ntwo\nlines\n\\u{1b}[31mred\\u{202e}\n');
    expect(ran.stderr).toContain(`Remote: POINTSMAN_URL (${registry.url})`);
  });

  it("sends JSON as what it is, anything else as text, and files and stdin too", async () => {
    next = { status: 200, body: outputs() };
    const repo = await makeRepo({ "prompt.txt": "Once upon\n", "settings.json": '{ "top_k": 5 }\n' });
    const values = ["12345678901234567890", "1.50", "true", "null", "[1]", '"5"', "plain text", "@@at"];
    const args = [...values, "@prompt.txt", "@settings.json", "-"].flatMap((value) => ["--input", value]);
    const ran = await repo.run(["run", "u/p:v1", ...args], { env: registry.env, input: "from stdin" });
    expect(ran).toMatchObject({ code: 0, stdout: "" });
    expect(asked.at(-1)!.text).toContain(
      '"inputs":[{"type":"integer","value":12345678901234567890},{"type":"fp","value":1.50},' +
        '{"type":"boolean","value":true},{"type":"none","value":null},{"type":"array","value":[1]},' +
        '{"type":"string","value":"5"},{"type":"string","value":"plain text"},{"type":"string","value":"@at"},' +
        '{"type":"string","value":"Once upon\\n"},{"type":"dictionary","value":{ "top_k": 5 }},' +
        '{"type":"string","value":"from stdin"}]',
    );
  });

  it("prints the run as JSON, also one that failed", async () => {
    next = { status: 200, body: outputs("hello") };
    const ran = await run("--format", "json");
    expect(JSON.parse(ran.stdout)).toMatchObject({ state: "completed", outputs: [{ value: "hello" }] });
    next = { status: 200, body: failing };
    const broken = await run("--format", "json");
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.stdout)).toMatchObject({ state: "failed", error: failure });
  });

  it("says why a run failed, and how with --verbose", async () => {
    next = { status: 200, body: failing };
    const ran = await run("--verbose");
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("error: u/p:v1 failed: ValueError('no') (pipeline_error).");
    expect(ran.stderr).toMatch(/The run is run_[0-9a-f]{32}/);
    expect(ran.stderr).toContain("Traceback\n  line 1");
  });

  it.each([
    [
      { status: 200, body: { ...failing, error: { type: "pipeline_loading", message: "" } } },
      /still loading, and did not take run_/,
      "--wait",
    ],
    [{ status: 200, body: "<html>" }, /502: the container's answer is no run's result; the run is run_/, ""],
    [
      { status: 422, body: { detail: [{ loc: ["body", "inputs"], msg: "too few", type: "x" }] } },
      /inputs: too few/,
      "",
    ],
  ])("says what else went wrong: %j", async (answer, said, hint) => {
    next = answer;
    for (const ran of await Promise.all([run(), run("--stream")])) {
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toMatch(said);
      expect(ran.stderr).toContain(hint);
    }
  });

  it("says how long it was waited for, where that was asked for", async () => {
    next = { status: 200, body: { ...failing, error: { type: "pipeline_loading", message: "" } } };
    const ran = await run("--wait");
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/still loading.*: it was waited for \d+ s\.\n {2}Its container's own log/);
  });

  it("says that there is no such pointer, registry or file", async () => {
    const other = { cwd: await makeFolder(), env: registry.env };
    const none = await here(["run", "u/p:none"], other);
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringContaining("no pipeline or pointer is named u/p:none"),
    ]);
    const hinted = async (name: string) => (await here(["run", name], other)).stderr;
    expect(await hinted("u/p:vv1")).toContain("Did you mean u/p:v1?");
    expect(await hinted("u/p")).toContain("A pointer has a tag, as in u/p:v1.");
    expect(await hinted("u/none")).toContain("A pointer has a tag, as in username/pipeline:tag.");
    const env = { POINTSMAN_URL: "http://127.0.0.1:9", POINTSMAN_TOKEN: token };
    const gone = await here(["run", "u/p:v1"], { ...other, env });
    expect([gone.code, gone.stderr]).toEqual([
      1,
      expect.stringContaining("http://127.0.0.1:9 refuses connections"),
    ]);
    for (const input of [["@missing"], ["-", "-"]]) {
      const ran = await run(...input.flatMap((one) => ["--input", one]));
      expect([ran.code, ran.stderr]).toEqual([
        1,
        expect.stringMatching(/--input (@missing cannot be read: there is no such file|- can be given once)/),
      ]);
    }
  });

  describe("--stream", () => {
    it("goes on with a text where the part before it ended", async () => {
      next = { lines: [outputs("Once"), outputs(" upon"), outputs(" a time")] };
      expect(await run("--stream")).toMatchObject({ code: 0, stdout: "Once upon a time\n" });
      expect(asked.at(-1)!.path).toBe("/v4/runs/stream");
    });

    it("prints what came before a failure", async () => {
      next = { lines: [outputs("Once"), failing] };
      const ran = await run("--stream");
      expect(ran).toMatchObject({ code: 1, stdout: "Once\n" });
      expect(ran.stderr).toContain("u/p:v1 failed: ValueError('no')");
      next = {
        hold: (response) => {
          response.write(`${JSON.stringify(outputs("Once"))}\n`, () => response.destroy());
        },
      };
      const lost = await run("--stream");
      expect(lost).toMatchObject({ code: 1, stdout: "Once\n" });
      expect(lost.stderr).toContain("u/p:v1 failed: ");
      expect(lost.stderr).not.toContain("unknown");
    });

    it("is one document in JSON, also where it fails", async () => {
      next = { lines: [outputs("a"), failing] };
      const ran = await run("--stream", "--format", "json");
      expect(ran.code).toBe(1);
      expect(JSON.parse(ran.stdout).runs).toMatchObject([{ outputs: [{ value: "a" }] }, { state: "failed" }]);
    });
  });

  it("runs on the registry of a pointer repository too", async () => {
    next = { status: 200, body: outputs("hello") };
    const repo = await makeRepo();
    await repo.run(["init"]);
    await repo.run(["publish", "myuser/gptneo", "--endpoint", endpoint, "--no-source"]);
    expect(await repo.run(["run", "myuser/gptneo:v1"])).toMatchObject({ code: 0, stdout: "hello\n" });
  });

  it("ends in its container when it is interrupted", async () => {
    const held = new Promise<{ closed: Promise<unknown> }>((hold) => {
      next = { hold: (response) => hold({ closed: once(response, "close") }) };
    });
    const { child, ended } = start(["run", "u/p:v1"], { cwd: await makeFolder(), env: registry.env });
    const { closed } = await held;
    child.kill("SIGINT");
    await Promise.all([closed, ended]);
    expect(await ended).toMatchObject({ signal: "SIGINT", stdout: "" });
  });
});
