import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { embeddedRemote } from "../../src/remotes/embedded.ts";
import { faultyProxy } from "../sync/faulty-proxy.ts";
import {
  type RunOptions,
  type TestRepo,
  closeAtEnd,
  makeFolder,
  makeRepo,
  openRegistry,
  openRepo,
  pointerFile,
  run,
  token,
} from "./kit.ts";

const config = "version: 1\n";
const file = "pointers/myuser/gptneo.yaml";

interface Imported {
  readonly imported: { pointer: string; target: string; locked: boolean; file: string }[];
  readonly differs: { pointer: string; declared: string; remote: string }[];
  readonly skipped: { pointer: string; reason: string }[];
}

async function importInto(repo: TestRepo, args: readonly string[] = []): Promise<Imported> {
  const ran = await repo.here(["import", ...args, "--format", "json"]);
  expect(ran).toMatchObject({ code: 0 });
  return JSON.parse(ran.stdout) as Imported;
}

async function planOf(
  repo: TestRepo,
  args: readonly string[] = [],
): Promise<{ changes: unknown[]; blocked: unknown[]; undeclared: string[] }> {
  const { stdout } = await repo.here(["plan", "--format", "json", ...args]);
  return JSON.parse(stdout) as never;
}

describe("import", () => {
  it("writes what the remote has as files, ids as versions, in the canonical form; then plan is empty", async () => {
    const registry = await openRegistry();
    const { env, remote } = registry;
    const [v1 = "", v2 = ""] = await registry.publish("myuser/gptneo", 2);
    const [other = ""] = await registry.publish("acme/base");
    await remote.create("myuser/gptneo:latest", { pipeline: v2, locked: false });
    await remote.create("myuser/gptneo:prod", { pipeline: v1, locked: true });
    await remote.create("myuser/whisper:beta", { pipeline: other, locked: false });
    await remote.create("acme/base:stable", { pipeline: other, locked: false });
    const repo = await makeRepo({ "pointsman.yaml": `${config}external: [acme/*]\n` }, env);
    const ran = await repo.here(["import"]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toBe(
      [
        file,
        "  + myuser/gptneo:latest myuser/gptneo:v2",
        "  + myuser/gptneo:prod myuser/gptneo:v1 (locked)",
        "pointers/myuser/whisper.yaml",
        "  + myuser/whisper:beta acme/base:v1",
        "Not to be declared here:",
        `  - acme/base:stable It is other people's ("external" in pointsman.yaml).`,
        "3 imported, 1 skipped.",
        "Next: commit the 2 files; `pointsman plan` then has nothing to do for them.",
        "",
      ].join("\n"),
    );
    expect(await repo.read(file)).toBe(
      "pointers:\n  myuser/gptneo:latest: myuser/gptneo:v2\n\n  myuser/gptneo:prod:\n    target: myuser/gptneo:v1\n    locked: true\n",
    );
    expect(await repo.here(["fmt", "--check"])).toMatchObject({ code: 0 });
    expect(await repo.here(["validate"])).toMatchObject({ code: 0 });
    repo.commit("Import");
    expect(await repo.here(["plan", "--detailed-exitcode"])).toMatchObject({ code: 0 });
  });

  it("later brings in what is new, and shows what differs without changing it", async () => {
    const registry = await openRegistry();
    const { env, remote } = registry;
    const [v1 = "", v2 = ""] = await registry.publish("myuser/gptneo", 2);
    for (const tag of ["latest", "prod", "held"])
      await remote.create(`myuser/gptneo:${tag}`, { pipeline: v1, locked: false });
    const repo = await makeRepo({ "pointsman.yaml": config }, env);
    await repo.here(["import"]);
    const text = `# Ours.\n${(await repo.read(file)).replace("latest: ", "latest:   ")}`;
    await repo.write(file, text);
    repo.commit("Import");
    await remote.update("myuser/gptneo:prod", { pipeline: v2, locked: false });
    await remote.update("myuser/gptneo:held", { pipeline: v1, locked: true });
    await remote.create("myuser/gptneo:beta", { pipeline: v2, locked: false });
    const again = await importInto(repo);
    expect(again).toEqual({
      imported: [{ pointer: "myuser/gptneo:beta", target: "myuser/gptneo:v2", locked: false, file }],
      differs: [
        { pointer: "myuser/gptneo:held", declared: "myuser/gptneo:v1", remote: "myuser/gptneo:v1 (locked)" },
        { pointer: "myuser/gptneo:prod", declared: "myuser/gptneo:v1", remote: "myuser/gptneo:v2" },
      ],
      skipped: [],
    });
    expect(await repo.read(file)).toBe(`${text}\n  myuser/gptneo:beta: myuser/gptneo:v2\n`);
    expect((await repo.here(["import"])).stdout).toContain(
      "myuser/gptneo:prod differs: declared myuser/gptneo:v1, the remote has myuser/gptneo:v2; `pointsman adopt myuser/gptneo:prod` takes it over\n",
    );
  });

  it("takes only what fits a pattern, and the layout that a pipeline has", async () => {
    const registry = await openRegistry();
    const { env, remote } = registry;
    const [v1 = ""] = await registry.publish("myuser/gptneo");
    for (const name of ["myuser/gptneo:beta", "myuser/gptneo:prod", "myuser/other:prod", "your/other:prod"])
      await remote.create(name, { pipeline: v1, locked: false });
    const byTag = "pointers/myuser/gptneo/latest.yaml";
    const repo = await makeRepo(
      { "pointsman.yaml": config, [byTag]: pointerFile({ "myuser/gptneo:latest": "myuser/gptneo:v1" }) },
      env,
    );
    const names = async (...patterns: string[]) =>
      (await importInto(repo, patterns)).imported.map((one) => [one.pointer, one.file]);
    expect(await names("myuser/gptneo:p*")).toEqual([
      ["myuser/gptneo:prod", "pointers/myuser/gptneo/prod.yaml"],
    ]);
    expect(await names("your/*", "myuser/other")).toEqual([
      ["myuser/other:prod", "pointers/myuser/other.yaml"],
      ["your/other:prod", "pointers/your/other.yaml"],
    ]);
    expect(await names()).toEqual([["myuser/gptneo:beta", "pointers/myuser/gptneo/beta.yaml"]]);
    const none = await repo.here(["import", "nobody/*"]);
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toContain("has no pointer nobody/*");
  });

  it("lists names that cannot be declared, and goes on", async () => {
    const registry = await openRegistry();
    const { url, remote } = registry;
    const [v1 = ""] = await registry.publish("myuser/gptneo");
    await remote.create("myuser/gptneo:Prod", { pipeline: v1, locked: false });
    await remote.create("myuser/gptneo:beta", { pipeline: v1, locked: false });
    const foreign = [
      "MyUser/gptneo:latest",
      "a/b/c:latest",
      "myuser/x:y",
      "myuser/gptneo:v0",
      "Their/x:v3",
      "e\u001b[31m/x:yy",
      `long/${"x".repeat(251)}:prod`,
    ];
    const proxy = closeAtEnd(await faultyProxy(url, () => "none", { foreign }));
    const env = { POINTSMAN_URL: proxy.url, POINTSMAN_TOKEN: token };
    const prod = "pointers/myuser/gptneo/prod.yaml";
    const repo = await makeRepo(
      { "pointsman.yaml": config, [prod]: pointerFile({ "myuser/gptneo:prod": "myuser/gptneo:v1" }) },
      env,
    );
    const { imported, skipped } = await importInto(repo);
    expect(imported.map(({ pointer }) => pointer)).toEqual(["myuser/gptneo:beta"]);
    expect(skipped.map(({ pointer }) => pointer)).toEqual(
      [...foreign.filter((name) => name !== "Their/x:v3"), "myuser/gptneo:Prod"].sort(),
    );
    const reasonOf = (name: string) => skipped.find(({ pointer }) => pointer === name)?.reason;
    expect(reasonOf("MyUser/gptneo:latest")).toContain("did you mean myuser/gptneo:latest?");
    expect(reasonOf("myuser/gptneo:v0")).toBe("Tags v0, v1, … are the registry's.");
    expect(reasonOf("myuser/gptneo:Prod")).toContain(
      "differ from pointers/myuser/gptneo/prod.yaml only in case",
    );
    expect(reasonOf(`long/${"x".repeat(251)}:prod`)).toContain("more than 255 characters");
    expect((await repo.here(["import"])).stdout).toContain("e\\u{1b}[31m/x:yy");
    expect(await repo.here(["validate"])).toMatchObject({ code: 0 });
  });

  it("needs a pointer repository without problems, and says so", async () => {
    const { env } = await openRegistry();
    const bare = await makeRepo({ "README.md": "x" }, env);
    expect((await bare.here(["import"])).stderr).toContain("pointsman init");
    const noConfig = await makeRepo({ [file]: pointerFile({ "myuser/gptneo:prod": "pipeline_a" }) }, env);
    expect((await noConfig.here(["import"])).stderr).toMatch(/no pointsman\.yaml here[^]*pointsman init/);
    const broken = await makeRepo({ "pointsman.yaml": config, [file]: "pointers: [\n" }, env);
    expect((await broken.here(["import"])).stderr).toContain("nothing was imported");
    const empty = await makeRepo({ "pointsman.yaml": config }, env);
    const ran = await empty.here(["import"]);
    expect(ran).toMatchObject({ code: 0, stdout: "0 imported.\n" });
    expect(ran.stderr).toContain("The listing of POINTSMAN_URL is empty.");
  });

  it("whatever a registry holds: import, commit, and plan has nothing to do", async () => {
    const tag = fc
      .stringMatching(/^[0-9A-Za-z][0-9A-Za-z._-]{0,6}[0-9A-Za-z]$/)
      .filter((text) => !/^v\d+$/.test(text));
    const family = fc.constantFrom("a/b", "a/b.yaml", "a1/x-y_z", "0/1", "on/off", "a/pointers", "true/null");
    const pointer = fc.record({ family, tag, pipeline: fc.nat({ max: 5 }), locked: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(pointer, { maxLength: 25 }),
        fc.array(family, { minLength: 1, maxLength: 4 }),
        async (pointers, uploads) => {
          const repo = await makeRepo({ "pointsman.yaml": config, ".gitignore": ".pointsman/\n" });
          await mkdir(join(repo.dir, ".pointsman"));
          const remote = await embeddedRemote(join(repo.dir, ".pointsman"));
          const names = new Map<string, boolean>();
          try {
            const ids: string[] = [];
            for (const name of uploads) ids.push((await remote.publish({ name, image: name })).id);
            for (const { family: user, tag: end, pipeline, locked } of pointers) {
              const name = `${user}:${end}`;
              if (names.has(name)) continue;
              names.set(name, locked);
              await remote.create(name, { pipeline: ids[pipeline % ids.length] ?? "", locked });
            }
          } finally {
            await remote.close();
          }
          const { imported, differs, skipped } = await importInto(repo);
          expect(imported.map(({ pointer: name, locked }) => [name, locked])).toEqual(
            [...names].sort(([a], [b]) => (a < b ? -1 : 1)),
          );
          expect([...differs, ...skipped]).toEqual([]);
          expect(imported.every(({ target }) => /:v\d+$/.test(target))).toBe(true);
          repo.commit("Import");
          expect(await planOf(repo)).toMatchObject({ changes: [], blocked: [], undeclared: [] });
          expect(await repo.here(["fmt", "--check"])).toMatchObject({ code: 0 });
          expect((await importInto(repo)).imported).toEqual([]);
        },
      ),
      { numRuns: 4 },
    );
  }, 60_000);
});

it("where POINTSMAN_URL is set, init suggests nothing that would upload to its registry", async () => {
  const repo = openRepo(await makeFolder(), { POINTSMAN_URL: "https://registry.example.com" });
  const { stdout } = await repo.here(["init"]);
  expect(stdout).toMatch(/^POINTSMAN_URL is set: [^]*\nNext:\n {2}pointsman import /m);
  expect(stdout).not.toMatch(/publish|export/);
  const [first] = stdout.split("\n");
  expect(first).toMatch(/is a pointer repository: \.git, pointsman\.yaml/);
});

describe("the official command line's remote", () => {
  async function official(yaml: string): Promise<{ HOME: string }> {
    const home = await makeFolder();
    await mkdir(join(home, ".pipeline"));
    await writeFile(join(home, ".pipeline/config.yaml"), yaml);
    return { HOME: home };
  }
  const yamlOf = (url: string): string =>
    `active_remote: prod\nremotes:\n  - alias: other\n    url: https://other.example\n    token: ${token}\n  - {alias: prod, url: "${url}", token: ${token}}\n`;
  const init = async (env: RunOptions["env"]): Promise<[TestRepo, string]> => {
    const repo = await makeRepo({}, env);
    const ran = await repo.here(["init"]);
    expect(ran).toMatchObject({ code: 0 });
    return [repo, ran.stdout + ran.stderr];
  };

  it("init writes it down, its token nowhere, and says what is needed", async () => {
    const [repo, said] = await init(await official(yamlOf("https://registry.example.com/api")));
    expect(await repo.read("pointsman.yaml")).toMatch(
      /^version: 1\n\nremotes:\n {2}prod:\n {4}url: https:\/\/registry\.example\.com\/api\n {4}token: \$\{POINTSMAN_TOKEN\}\ndefault_remote: prod\n$/m,
    );
    expect(said).toContain("Remote: prod (https://registry.example.com/api), from ");
    expect(said).toContain("export POINTSMAN_TOKEN=…");
    expect(await repo.here(["validate"])).toMatchObject({ code: 0 });
    expect((await repo.here(["plan"])).stderr).toContain(
      "takes its token from POINTSMAN_TOKEN, which is not set",
    );
  });

  it("the environment comes before the file, and PIPELINE_DIR before the home folder", async () => {
    const home = await official(yamlOf("https://home.example"));
    const dir = join((await official("remotes: [{url: 'https://dir.example:8443'}]\n")).HOME, ".pipeline");
    const [first] = await init({ ...home, PIPELINE_DIR: dir });
    expect(await first.read("pointsman.yaml")).toContain(
      "  dir-example:\n    url: https://dir.example:8443\n",
    );
    const [second] = await init({
      ...home,
      PIPELINE_DIR: dir,
      PIPELINE_API_URL: "https://www.env.example/",
      PIPELINE_API_TOKEN: token,
    });
    expect(await second.read("pointsman.yaml")).toContain(
      "  env-example:\n    url: https://www.env.example/\n",
    );
  });

  it.each([
    [
      "a plain http URL",
      yamlOf("http://registry.example.com"),
      /is ignored: A token would be sent over plain HTTP/,
    ],
    [
      "a URL with a password in it",
      yamlOf(`https://me:${token}@registry.example.com`),
      /is ignored: A remote's url holds no user or password/,
    ],
    ["no YAML", `remotes: [\n  ${token}: {`, /is ignored: its line \d is no YAML/],
    ["an alias bomb", "a: &a [x]\nremotes: [*a, *a]\n", /is ignored: its line 1 is no YAML/],
    [
      "an active remote that is not there",
      "active_remote: gone\nremotes: [{alias: a, url: 'https://a.example'}]\n",
      /none of its remotes is the active one/,
    ],
    ["nothing of use", "remotes: []\n", /^(?!.*ignored)/],
    ["a list", "- a\n", /^(?!.*ignored)/],
  ])("is left alone, with a note, where it holds %s", async (_, yaml, note) => {
    const [repo, said] = await init(await official(yaml));
    expect(said).toMatch(note);
    expect(await repo.read("pointsman.yaml")).toContain("\n# remotes:\n");
  });

  it("import uses it where no remote is named, writes it down, and keeps the comments there", async () => {
    const registry = await openRegistry();
    const { url, remote } = registry;
    const [v1 = ""] = await registry.publish("myuser/gptneo");
    await remote.create("myuser/gptneo:latest", { pipeline: v1, locked: false });
    const mine = "# ours\r\nversion: 1 # for now\r\n# end";
    const repo = await makeRepo({ "pointsman.yaml": mine }, await official(yamlOf(url)));
    const ran = await repo.here(["import"]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain("+ myuser/gptneo:latest myuser/gptneo:v1");
    expect(ran.stderr).toMatch(
      /^Remote: prod \(http:[^]*pointsman\.yaml: the remote prod is written[^]*export POINTSMAN_TOKEN=…/,
    );
    expect(await repo.read("pointsman.yaml")).toBe(
      `${mine}\r\n\r\nremotes:\r\n  prod:\r\n    url: ${url}\r\n    token: \${POINTSMAN_TOKEN}\r\ndefault_remote: prod\r\n`,
    );
    repo.commit("Import");
    const plan = await repo.here(["plan", "--detailed-exitcode"], { env: { POINTSMAN_TOKEN: token } });
    expect(plan).toMatchObject({ code: 0 });
    expect((await repo.here(["import"])).stderr).toContain("POINTSMAN_TOKEN, which is not set");
  });

  it("import leaves it alone where a remote is named, and writes nothing where it cannot", async () => {
    const home = await official(yamlOf("https://registry.example.com"));
    const { env } = await openRegistry();
    const named = await makeRepo({ "pointsman.yaml": config }, { ...home, ...env });
    expect(await named.here(["import"])).toMatchObject({ code: 0 });
    const flow = await makeRepo({ "pointsman.yaml": "{version: 1}\n" }, home);
    const ran = await flow.here(["import"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/write the remote into it yourself[^]*url: https:\/\/registry\.example\.com/);
    for (const repo of [named, flow]) expect(repo.git("status", "--porcelain")).toBe("");
    const alone = await run(["import"], { cwd: (await makeRepo({ "pointsman.yaml": config })).dir });
    expect(alone.stderr).toContain("No remote is named");
  });
});
