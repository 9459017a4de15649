import { describe, expect, it } from "vitest";
import { type Fault, faultyProxy } from "../sync/faulty-proxy.ts";
import { closeAtEnd, here, makeFolder, makeRepo, openRegistry, pointerFile, token } from "./kit.ts";

type Registry = Awaited<ReturnType<typeof openRegistry>>;

async function extrasOf(registry: Registry, id: string): Promise<unknown> {
  const answer = await fetch(`${registry.url}/v4/pipelines?limit=100`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { data } = (await answer.json()) as { data: { id: string; extras?: unknown }[] };
  return data.find((pipeline) => pipeline.id === id)?.extras;
}

/** A checkout of a model, from a server that wants a password. */
async function model(registry: Registry) {
  const repo = await makeRepo({ "model.py": "a = 1\n" }, registry.env);
  repo.git("remote", "add", "origin", "https://ada:s3cret@git.example.com/acme/gptneo.git");
  return { repo, source: { repository: "https://git.example.com/acme/gptneo", commit: repo.commit() } };
}

const publish = ["publish", "myuser/gptneo", "--format", "json"];
const idOf = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as { id: string }).id;

describe("publish from the checkout of a model", () => {
  it("records its repository, without the password, and its commit; endpoints as they are named", async () => {
    const registry = await openRegistry();
    const { repo, source } = await model(registry);
    const endpoints = ["http://127.0.0.1:14300", "http://127.0.0.1:14301"];
    const ran = await repo.here([...publish, ...endpoints.flatMap((url) => ["--endpoint", url])]);
    expect(ran).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`Source: ${source.repository} at`),
    });
    expect(ran.stderr).not.toContain("s3cret");
    expect(await extrasOf(registry, idOf(ran))).toEqual({ endpoints, source });
  });

  it("records nothing where edits are not committed, or where it is told to", async () => {
    const registry = await openRegistry();
    const { repo } = await model(registry);
    expect(await extrasOf(registry, idOf(await repo.here([...publish, "--no-source"])))).toBeUndefined();
    await repo.write("model.py", "a = 2\n");
    const ran = await repo.here(publish);
    expect(ran.stderr).toContain("this checkout has edits");
    expect(await extrasOf(registry, idOf(ran))).toBeUndefined();
    const named = await repo.here([...publish, "--source-commit", "abcdef0"]);
    expect(await extrasOf(registry, idOf(named))).toEqual({
      source: { repository: "https://git.example.com/acme/gptneo", commit: "abcdef0" },
    });
  });
});

describe("publish from elsewhere", () => {
  it("a pointer repository is no model's: the CI's job counts, before it the file, before that the options", async () => {
    const registry = await openRegistry();
    const file = { "pointers/myuser/gptneo.yaml": pointerFile({ "myuser/gptneo:latest": "pipeline_a" }) };
    const repo = await makeRepo({ ...file, "extras.json": '{"gpu":true,"source":"mine"}' }, registry.env);
    repo.git("remote", "add", "origin", "https://git.example.com/acme/pointers");
    expect(await extrasOf(registry, idOf(await repo.here(publish)))).toBeUndefined();

    const env = { GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: "https://git.example.com" };
    const job = { env: { ...env, GITHUB_REPOSITORY: "acme/model", GITHUB_SHA: "c".repeat(40) } };
    expect(await extrasOf(registry, idOf(await repo.here(publish, job)))).toEqual({
      source: { repository: "https://git.example.com/acme/model", commit: "c".repeat(40) },
    });
    const extras = ["--extras", "extras.json"];
    expect(await extrasOf(registry, idOf(await repo.here([...publish, ...extras], job)))).toEqual({
      gpu: true,
      source: "mine",
    });
    const options = [
      "--source-repository",
      "git@git.example.com:acme/other.git",
      "--source-commit",
      "abcdef0",
    ];
    expect(await extrasOf(registry, idOf(await repo.here([...publish, ...extras, ...options], job)))).toEqual(
      {
        gpu: true,
        source: { repository: "https://git.example.com/acme/other", commit: "abcdef0" },
      },
    );
  });

  it("a folder without git is enough where the environment names the remote, and only there", async () => {
    const registry = await openRegistry();
    const cwd = await makeFolder();
    expect(await here(publish, { cwd, env: registry.env })).toMatchObject({ code: 0 });
    expect((await here(publish, { cwd })).stdout).toContain("no-repository");
    expect((await here([...publish, "--remote", "prod"], { cwd, env: registry.env })).code).toBe(1);
  });
});

describe("publish to a registry that gets out of order", () => {
  const named = async (faultOf: (method: string) => Fault) => {
    const registry = await openRegistry();
    const proxy = closeAtEnd(await faultyProxy(registry.url, ({ method }) => faultOf(method)));
    return { cwd: await makeFolder(), env: { ...registry.env, POINTSMAN_URL: proxy.url } };
  };

  it("gives the id of what it registered, though its version cannot be read", async () => {
    const options = await named((method) => (method === "GET" ? "garble" : "none"));
    const ran = await here(publish, options);
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining("its version could not be read") });
    expect(JSON.parse(ran.stdout)).toEqual({ id: expect.stringMatching(/^pipeline_/), pointer: null });
  });

  it("says that it may be registered where the answer was lost, and only there", async () => {
    const publishing = async (fault: Fault) =>
      (await here(publish.slice(0, 2), await named((method) => (method === "GET" ? "none" : fault)))).stderr;
    const hint = "Whether it was registered is not known. Look before you publish it again: `pointsman list";
    for (const fault of ["drop", "garble", "fail"] as const) expect(await publishing(fault)).toContain(hint);
    const gone = {
      cwd: await makeFolder(),
      env: { POINTSMAN_URL: "http://127.0.0.1:1", POINTSMAN_TOKEN: token },
    };
    const { code, stderr } = await here(publish.slice(0, 2), gone);
    expect([code, stderr]).toEqual([1, expect.stringContaining("refuses connections")]);
    expect(stderr).not.toContain("Whether");
  });
});
