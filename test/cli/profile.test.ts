import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { type TestRepo, cli, makeRepo, openRegistry, pointerFile } from "./kit.ts";

/*
 * What commands cost, in numbers that no clock has a part in: a change that makes one of them grow with
 * the size of a repository is noticed here, on any machine.
 */
const families = 40;
const perFile = 10;
const commits = 60;
let repo: TestRepo;
beforeAll(async () => {
  const name = (file: number, index: number) => `team/model${file}:tag-${index}0`;
  const pointersOf = (file: number) =>
    Object.fromEntries(
      Array.from({ length: perFile }, (_, index) => [
        name(file, index),
        index === 1 ? name(file, 0) : `pipeline_${file}x${index}`,
      ]),
    );
  const files = Array.from(
    { length: families },
    (_, file) => [`pointers/team/model${file}.yaml`, pointerFile(pointersOf(file))] as const,
  );
  repo = await makeRepo({ "pointsman.yaml": "version: 1\nbranch: main\n", ...Object.fromEntries(files) });
  const input = Array.from({ length: commits }, (_, commit) => {
    const moved = pointerFile({ ...pointersOf(7), [name(7, 0)]: `pipeline_moved${commit}` });
    const head = `commit refs/heads/main\ncommitter Ada <ada@example.com> ${1_900_000_000 + commit} +0000\ndata 0\n`;
    const from = commit === 0 ? "from refs/heads/main^0\n" : "";
    return `${head}${from}M 100644 inline pointers/team/model7.yaml\ndata ${moved.length}\n${moved}\n`;
  });
  execFileSync("git", ["fast-import", "--quiet"], { cwd: repo.dir, input: input.join("") });
  repo.git("reset", "--quiet", "--hard");
});

/** The counts that --profile prints. */
async function countsOf(args: readonly string[], env = {}): Promise<Record<string, number>> {
  const { code, stderr } = await repo.run([...args, "--profile"], { env });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^profile: read \d+\.\d ms, parse .*, render \d+\.\d ms; \d+\.\d ms in all$/m);
  const line = /^profile: (\d+ processes, .*)$/m.exec(stderr)?.[1] ?? "";
  return Object.fromEntries(line.split(", ").map((one) => [one.split(" ")[1], Number.parseInt(one, 10)]));
}

describe("--profile counts that", () => {
  it("validate reads each file once, and starts two programs", async () => {
    const counts = await countsOf(["validate"]);
    expect(counts).toMatchObject({ processes: 2, files: families + 1, pointers: families * perFile });
    expect(counts["objects"]).toBeLessThanOrEqual(2);
  });

  it("validate of a commit asks for each file's object once", async () => {
    const counts = await countsOf(["validate", "--ref", "HEAD"]);
    expect(counts).toMatchObject({ processes: 2, files: 0, pointers: families * perFile });
    expect(counts["objects"]).toBeLessThanOrEqual(families + 12);
  });

  it.each([
    [["resolve", "team/model3:tag-10"], { files: 2, pointers: perFile }],
    [["list", "team/model3:tag-10", "--at", "HEAD"], { files: 0, pointers: perFile }],
    [["set", "team/model3:tag-20", "pipeline_3x2"], { files: 2, pointers: perFile }],
  ] as const)("%j reads the files of one chain", async (args, expected) => {
    const counts = await countsOf(args);
    expect(counts).toMatchObject({ processes: 2, ...expected });
    expect(counts["objects"]).toBeLessThanOrEqual(20);
  });

  it("history NAME asks for one version a commit, and parses what the commit changed", async () => {
    const counts = await countsOf(["history", "team/model7:tag-10"]);
    expect(counts["processes"]).toBe(3);
    expect(counts["objects"]).toBeLessThanOrEqual(commits + 16);
    // Two lines a commit, not whole files of some 400 characters.
    expect(counts["bytes"]).toBeLessThan(commits * 200);
  });

  it("history of everything starts no more programs", async () => {
    const counts = await countsOf(["history"]);
    expect(counts["processes"]).toBe(3);
    expect(counts["objects"]).toBeLessThanOrEqual(commits + families + 16);
  });

  it("diff asks for the objects of both commits, and starts two programs", async () => {
    const counts = await countsOf(["diff", "HEAD~1..HEAD"]);
    expect(counts["processes"]).toBe(2);
    expect(counts["objects"]).toBeLessThanOrEqual(2 * families + 24);
  });

  it("plan asks a remote once for a page of everything, and once for each family that is not in it", async () => {
    const registry = await openRegistry();
    const counts = await countsOf(["plan"], registry.env);
    expect(counts["requests"]).toBe(1 + families);
    // That the files are the commit's is told by their ids.
    expect(counts["objects"]).toBeLessThanOrEqual(24);
  });

  it("plan explains what differs by the files that it has read, and by those of its chains alone", async () => {
    const registry = await openRegistry();
    for (let file = 10; file < 30; file += 1) {
      const [pipeline = ""] = await registry.publish(`team/model${file}`);
      await registry.remote.create(`team/model${file}:tag-30`, { pipeline, locked: false });
    }
    const counts = await countsOf(["plan"], registry.env);
    expect(counts["processes"]).toBe(3);
    expect(counts["objects"]).toBeLessThanOrEqual(24);
  });
});

it("what is loaded before a command has started is two files, and for validate three more", async () => {
  const atExit = `import { createRequire } from "node:module"; const { cache } = createRequire("file:///");
    process.on("exit", () => process.stderr.write(Object.keys(cache).map((file) => "loaded " + file + "\\n").join("")));`;
  const loaded = async (...args: string[]) => {
    const hook = `--import=data:text/javascript,${encodeURIComponent(atExit)}`;
    const { stderr } = await promisify(execFile)(process.execPath, [hook, cli, ...args], { cwd: repo.dir });
    return stderr.split("\n").filter((line) => line.startsWith("loaded ")).length;
  };
  expect(await loaded("--version")).toBe(2);
  expect(await loaded("validate")).toBeLessThanOrEqual(5);
});
