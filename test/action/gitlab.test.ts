import { spawn } from "node:child_process";
import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { closeAtEnd, makeFolder, openRegistry, openRepo, pointerFile, token } from "../cli/kit.ts";
import { scriptedServer } from "../remotes/scripted-server.ts";
import { openOrigin } from "./origin.ts";

const file = "pointers/myuser/gptneo.yaml";
const project = fileURLToPath(new URL("../../", import.meta.url));
const gitlabToken = `${token}-gitlab`;

interface Row {
  readonly id: number;
  readonly iid: number;
  readonly author: { readonly username: string };
  body?: string;
  description?: string;
  state?: string;
}

/** A stand-in for GitLab's API, of one project. */
async function openGitlab() {
  const [notes, issues]: [Row[], Row[]] = [[], []];
  const state = { head: "", merged: [] as { iid: number; sha: string }[] };
  const server = closeAtEnd(
    await scriptedServer(({ method, url, headers, body }) => {
      if (headers["private-token"] !== gitlabToken)
        return { status: 401, body: { message: "401 Unauthorized" } };
      const [path = ""] = url.split("?");
      const said = body === "" ? {} : (JSON.parse(body) as Record<string, string>);
      const [rows, id] = [/\/notes/.test(path) ? notes : issues, Number(/\d+$/.exec(path)?.[0])];
      if (path.endsWith("/user")) return { body: { username: "project_5_bot" } };
      if (path.endsWith("/merge_requests/7")) return { body: { iid: 7, sha: state.head } };
      if (/\/commits\/\w+\/merge_requests$/.test(path)) {
        const more = { state: "merged", target_branch: "main" };
        return {
          body: state.merged.map(({ iid, sha }) => ({
            iid,
            sha,
            state: more.state,
            target_branch: more.target_branch,
          })),
        };
      }
      if (method === "POST") {
        const next = 100 + rows.length;
        rows.push({ id: next, iid: next, author: { username: "project_5_bot" }, state: "opened", ...said });
        return { status: 201, body: rows.at(-1) };
      }
      if (method === "PUT") {
        const row = rows.find((one) => one.id === id);
        if (row !== undefined)
          Object.assign(row, said, said["state_event"] === "close" ? { state: "closed" } : {});
        return { body: row };
      }
      return { body: rows.filter((row) => row.state !== "closed") };
    }),
  );
  return { url: `${server.url}/api/v4`, seen: server.seen, notes, issues, state };
}

/** Runs the script of the pipeline that `init --ci gitlab` writes, as a runner does. */
async function runPipeline(workspace: string, variables: Readonly<Record<string, string>>) {
  const made = openRepo(await makeFolder());
  await made.run(["init", "--ci", "gitlab"]);
  const { pointsman } = parse(await made.read(".gitlab-ci.yml")) as { pointsman: { script: string[] } };
  const env = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    // Where the job makes a folder of its own, and a runner's container goes with it.
    TMPDIR: process.env["HOME"],
    GITLAB_CI: "true",
    CI: "true",
    CI_PROJECT_DIR: workspace,
    CI_PROJECT_ID: "5",
    CI_JOB_ID: "100",
    CI_JOB_URL: "https://gitlab.example/acme/models/-/jobs/100",
    CI_DEFAULT_BRANCH: "main",
    POINTSMAN_PACKAGE: project,
    npm_config_offline: "true",
    ...variables,
  };
  const child = spawn("bash", ["-eo", "pipefail", "-c", pointsman.script.join("\n")], {
    cwd: workspace,
    env,
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (log += text));
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { code, log };
}

it("the GitLab pipeline reviews, syncs and watches as the action does", async () => {
  const registry = await openRegistry();
  const ids = await registry.publish("myuser/gptneo", 2);
  const origin = await openOrigin({
    "pointsman.yaml": `version: 1\nremotes:\n  prod:\n    url: ${registry.url}\n    token: \${POINTSMAN_TOKEN}\ndefault_remote: prod\n`,
    [file]: pointerFile({ "myuser/gptneo:prod": "myuser/gptneo:v1" }),
  });
  const gitlab = await openGitlab();
  const base = origin.work.git("rev-parse", "main");
  const head = await origin.branch("change", {
    [file]: pointerFile({ "myuser/gptneo:prod": "myuser/gptneo:v2" }),
  });
  origin.request(7, "change");
  gitlab.state.head = head;
  const tokens = { POINTSMAN_TOKEN: token, POINTSMAN_GITLAB_TOKEN: gitlabToken, CI_API_V4_URL: gitlab.url };
  const request = {
    CI_PIPELINE_SOURCE: "merge_request_event",
    CI_MERGE_REQUEST_IID: "7",
    CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
    CI_COMMIT_SHA: head,
  };

  const workspace = await origin.checkout("refs/pull/7/merge");
  const reviewed = await runPipeline(workspace, { ...tokens, ...request });
  expect(reviewed).toMatchObject({ code: 0 });
  expect(gitlab.notes.map(({ body }) => body)).toEqual([
    expect.stringMatching(
      /^<!-- pointsman:review .*\n### 1 pointer changed[^]*### Plan for `prod`: 1 to create/,
    ),
  ]);
  expect(JSON.parse(await readFile(join(workspace, "gl-code-quality-report.json"), "utf8"))).toEqual([]);
  // Of a fork: neither token.
  const asked = gitlab.seen.length;
  const forked = await runPipeline(workspace, { CI_API_V4_URL: gitlab.url, POINTSMAN_TOKEN: "", ...request });
  expect(forked).toMatchObject({ code: 0 });
  expect(forked.log).toMatch(/No plan in this job[^]*notice: No comment was written.*POINTSMAN_GITLAB_TOKEN/);
  expect(gitlab.seen).toHaveLength(asked);

  const { before, after } = origin.merge(7);
  gitlab.state.merged = [{ iid: 7, sha: head }];
  const main = await origin.checkout(after);
  const branch = { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main", CI_COMMIT_SHA: after };
  const synced = await runPipeline(main, { ...tokens, ...branch, CI_COMMIT_BEFORE_SHA: before });
  expect(synced).toMatchObject({ code: 0 });
  expect(synced.log).not.toContain("warning");
  expect(await registry.values()).toEqual({ "myuser/gptneo:prod": ids[1] });
  expect(JSON.parse(await readFile(join(main, "pointsman-report.json"), "utf8"))).toMatchObject({
    commit: after,
  });

  const schedule = { ...tokens, ...branch, CI_PIPELINE_SOURCE: "schedule" };
  await registry.remote.update("myuser/gptneo:prod", { pipeline: ids[0] ?? "", locked: false });
  expect(await runPipeline(main, schedule)).toMatchObject({ code: 0 });
  expect(gitlab.issues).toMatchObject([
    { state: "opened", description: expect.stringContaining("moved back by hand") as string },
  ]);
  // A branch that is not synced, whose schedule finds there what it declares, closes no issue.
  const develop = await origin.branch("develop", {
    [file]: pointerFile({ "myuser/gptneo:prod": ids[0] ?? "" }),
  });
  origin.work.git("push", "--quiet", "origin", "develop");
  const aside = await runPipeline(await origin.checkout(develop), {
    ...schedule,
    CI_COMMIT_BRANCH: "develop",
    CI_COMMIT_SHA: develop,
    CI_JOB_ID: "101",
  });
  expect(aside).toMatchObject({ code: 0 });
  expect(aside.log).toContain("notice: Nothing is watched for develop: main is synced.");
  expect(gitlab.issues).toMatchObject([
    { state: "opened", description: expect.stringContaining("moved back by hand") as string },
  ]);
  await registry.remote.update("myuser/gptneo:prod", { pipeline: ids[1] ?? "", locked: false });
  await runPipeline(main, { ...schedule, CI_JOB_ID: "102" });
  expect(gitlab.issues).toMatchObject([{ state: "closed" }]);
});

it("a pipeline for merged results reviews what the merge moves, not what its target has moved meanwhile", async () => {
  const registry = await openRegistry();
  await registry.publish("myuser/gptneo", 2);
  const pointers = (stable: string, prod: string): string =>
    pointerFile({
      "myuser/gptneo:prod": `myuser/gptneo:${prod}`,
      "myuser/gptneo:stable": `myuser/gptneo:${stable}`,
    });
  const origin = await openOrigin({
    "pointsman.yaml": `version: 1\nremotes:\n  prod:\n    url: ${registry.url}\n    token: \${POINTSMAN_TOKEN}\ndefault_remote: prod\n`,
    [file]: pointers("v1", "stable"),
  });
  const base = origin.work.git("rev-parse", "main");
  const head = await origin.branch("change", { [file]: pointers("v1", "v1") });
  // :prod follows :stable to v2 there, and the merge takes it back.
  await origin.work.write(file, pointers("v2", "stable"));
  const target = origin.work.commit("Meanwhile");
  const { merge } = origin.request(7, "change");
  const { code, log } = await runPipeline(await origin.checkout("refs/pull/7/merge"), {
    POINTSMAN_TOKEN: token,
    CI_PIPELINE_SOURCE: "merge_request_event",
    CI_MERGE_REQUEST_IID: "7",
    CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
    CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: head,
    CI_MERGE_REQUEST_TARGET_BRANCH_SHA: target,
    CI_COMMIT_SHA: merge,
  });
  expect(code).toBe(0);
  expect(log).toMatch(/### 1 pointer changed[^]*`myuser\/gptneo:prod` \| `:v2` \| `:v1`/);
  expect(log).toMatch(/### Plan for `prod`: 1 to create/);
});

it("a sync whose report has no place in the checkout ends as it went, and says so", async () => {
  const registry = await openRegistry();
  const [, id] = await registry.publish("myuser/gptneo", 2);
  const origin = await openOrigin({
    "pointsman.yaml": `version: 1\nremotes:\n  prod:\n    url: ${registry.url}\n    token: \${POINTSMAN_TOKEN}\ndefault_remote: prod\n`,
    [file]: pointerFile({ "myuser/gptneo:prod": "myuser/gptneo:v1" }),
  });
  await origin.work.write(file, pointerFile({ "myuser/gptneo:prod": "myuser/gptneo:v2" }));
  await symlink("/dev/null", join(origin.work.dir, "pointsman-report.json"));
  const after = origin.work.commit("A link in the way");
  origin.work.git("push", "--quiet", "origin", "main");
  const synced = await runPipeline(await origin.checkout(after), {
    POINTSMAN_TOKEN: token,
    CI_PIPELINE_SOURCE: "push",
    CI_COMMIT_BRANCH: "main",
    CI_COMMIT_SHA: after,
  });
  expect(await registry.values()).toEqual({ "myuser/gptneo:prod": id });
  expect(synced.code).toBe(0);
  expect(synced.log).toMatch(/^warning: The report was not kept: pointsman-report\.json is a symbolic link/m);
  expect(synced.log).toContain("warning: 1 pointer moved, and no request brought these commits");
});
