import { beforeAll, describe, expect, it } from "vitest";
import { closeAtEnd, makeRepo, pointerFile, type TestRepo, token } from "../cli/kit.ts";
import { scriptedServer } from "../remotes/scripted-server.ts";
import { type Answer, officialClient, patience, python, serve, startContainer } from "./official.ts";

const file = "pointers/myuser/greeter.yaml";
const latest = "myuser/greeter:latest";

describe.runIf(python !== "")("containers of the official package", patience, () => {
  let hello: string;
  let bonjour: string;
  let speller: string;

  beforeAll(async () => {
    [hello, bonjour, speller] = await Promise.all([
      startContainer("greeter:greeter", "Hello"),
      startContainer("greeter:greeter", "Bonjour"),
      startContainer("greeter:speller"),
    ]);
  }, patience.timeout);

  describe("by themselves", () => {
    async function post(url: string, ...values: readonly string[]) {
      const inputs = values.map((value) => ({ type: "string", value }));
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ inputs }),
      });
      return { status: answer.status, text: await answer.text() };
    }

    it("answer runs, with a failed one's error inside a 200, and a 400 for inputs of another number", async () => {
      const [ran, failed, wrong] = await Promise.all([
        post(`${hello}/v4/runs`, "Ada"),
        post(`${hello}/v4/runs`, ""),
        post(`${hello}/v4/runs`),
      ]);
      expect(JSON.parse(ran.text)).toEqual({
        inputs: null,
        outputs: [{ type: "string", value: "Hello, Ada!", file: null }],
        error: null,
      });
      expect(failed.status).toBe(200);
      expect(JSON.parse(failed.text)).toMatchObject({
        outputs: null,
        error: { type: "pipeline_error", message: "ValueError('nobody to greet')" },
      });
      expect(wrong.status).toBe(400);
      expect(JSON.parse(wrong.text)).toMatchObject({ error: { type: "input_error" } });
    });

    it("stream a run's outputs as lines of JSON", async () => {
      const { status, text } = await post(`${speller}/v4/runs/stream`, "Ada");
      const lines = text.trim().split("\n");
      expect(status).toBe(200);
      expect(lines.map((line) => (JSON.parse(line) as { outputs: unknown }).outputs)).toEqual(
        ["A", "d", "a"].map((value) => [{ type: "string", value, file: null }]),
      );
    });
  });

  describe("called with the official library, by pointer, through our registry", () => {
    let repo: TestRepo;
    let ids: string[];
    let call: (name: string, args: readonly unknown[], options?: object) => Promise<Answer>;

    beforeAll(async () => {
      const url = await serve();
      repo = await makeRepo(
        { [file]: pointerFile({ [latest]: "myuser/greeter:v1" }) },
        { POINTSMAN_URL: url, POINTSMAN_TOKEN: token },
      );
      const loading = closeAtEnd(await scriptedServer(() => ({ status: 503, body: { state: "loading" } })));
      ids = [];
      for (const [name, endpoint] of [
        ["myuser/greeter", hello],
        ["myuser/greeter", bonjour],
        ["myuser/speller", speller],
        ["myuser/slow", loading.url],
      ] as const) {
        const { stdout } = await repo.run(["publish", name, "--endpoint", endpoint, "--format", "json"]);
        ids.push((JSON.parse(stdout) as { id: string }).id);
      }
      await repo.run(["sync", "--yes"]);
      const client = await officialClient();
      await client.cli("cluster", "login", "ours", token, "--url", url, "--active");
      call = client.library();
    }, patience.timeout);

    it("run what the pointer names; after a sync of a moved pointer, the new version", async () => {
      const before = await call("run", [latest, "Ada"]);
      expect(before.result).toMatchObject({
        formatted: ["Hello, Ada!"],
        state: "completed",
        pipeline_id: ids[0],
        error: null,
      });
      await repo.run(["set", latest, "myuser/greeter:v2", "--commit"]);
      expect((await call("run", [latest, "Ada"])).result).toMatchObject({ formatted: ["Hello, Ada!"] });
      expect((await repo.run(["sync", "--yes"])).code).toBe(0);
      expect((await call("run", [latest, "Ada"])).result).toMatchObject({
        formatted: ["Bonjour, Ada!"],
        pipeline_id: ids[1],
      });
      // Versions and ids stay what they were.
      expect((await call("run", ["myuser/greeter:v1", "Ada"])).result).toMatchObject({
        formatted: ["Hello, Ada!"],
      });
      expect((await call("run", [ids[0], "Ada"])).result).toMatchObject({ formatted: ["Hello, Ada!"] });
    });

    it("are given a run by its id afterwards, one that was not waited for too", async () => {
      const { result } = await call("run", ["myuser/greeter:v1", "Ada"]);
      expect((await call("get_run", [(result as { id: string }).id])).result).toMatchObject({
        formatted: ["Hello, Ada!"],
        state: "completed",
      });
      const begun = (await call("run", ["myuser/greeter:v2", "Ada"], { async_run: true })).result;
      expect(begun).toMatchObject({ outputs: null, error: null });
      expect((await call("wait", [(begun as { id: string }).id])).result).toMatchObject({
        formatted: ["Bonjour, Ada!"],
        state: "completed",
      });
    });

    it("stream", async () => {
      const { result } = await call("stream", ["myuser/speller:v1", "Ada"]);
      expect((result as { formatted: unknown }[]).map(({ formatted }) => formatted)).toEqual([
        ["A"],
        ["d"],
        ["a"],
      ]);
    });

    it("tell what failed in words that the library understands", async () => {
      expect((await call("run", ["myuser/greeter:v1", ""])).result).toMatchObject({
        state: "failed",
        outputs: null,
        error: { type: "pipeline_error", message: "ValueError('nobody to greet')" },
      });
      expect((await call("run", ["myuser/greeter:v1"])).result).toMatchObject({
        state: "failed",
        error: { type: "input_error" },
      });
      expect(await call("run", ["myuser/slow:v1", "Ada"])).toMatchObject({ error: "NoResourcesAvailable" });
      expect(await call("run", ["myuser/greeter:none", "Ada"])).toMatchObject({
        error: "APIError",
        message: expect.stringMatching(/status_code=404.*myuser\/greeter:none/) as string,
      });
    });
  });
});
