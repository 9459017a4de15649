import { beforeAll, describe, expect, it } from "vitest";
import { makeRepo, openRegistry, pointerFile, token, type TestRepo } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const prod = "myuser/gptneo:prod";
const json = ["--format", "json"];

interface Served {
  pipeline: string;
  served: { since: string; by: string; source: Record<string, string> | null };
}

describe("resolve --at with --remote: what the registry really served", () => {
  let repo: TestRepo;
  let ids: string[];
  let first: Served;
  let second: Served;

  const at = (when: string, ...more: string[]) =>
    repo.here(["resolve", prod, "--remote", "production", "--at", when, ...more]);
  const justBefore = ({ served }: Served) => new Date(Date.parse(served.since) - 1).toISOString();

  beforeAll(async () => {
    const registry = await openRegistry();
    ids = await registry.publish("myuser/gptneo", 2);
    const config = `version: 1\nremotes:\n  production:\n    url: ${registry.url}\n    token: \${POINTSMAN_TOKEN_PROD}\n`;
    repo = await makeRepo(
      { "pointsman.yaml": config, [file]: pointerFile({ [prod]: "myuser/gptneo:v1" }) },
      {
        POINTSMAN_TOKEN_PROD: token,
      },
    );
    const job = {
      GITHUB_ACTIONS: "true",
      GITHUB_SERVER_URL: "https://git.example.com",
      GITHUB_REPOSITORY: "acme/pointers",
      GITHUB_REF: "refs/heads/main",
      GITHUB_ACTOR: "grace",
      GITHUB_RUN_ID: "77",
    };
    const sync = ["sync", "--yes", "--remote", "production"];
    await repo.here(sync, { env: job });
    first = JSON.parse((await at("2100-01-01", ...json)).stdout) as Served;
    await repo.write(file, pointerFile({ [prod]: "myuser/gptneo:v2" }));
    repo.commit("Promote v2 (#12)");
    await repo.here(sync, { env: job });
    second = JSON.parse((await at("2100-01-01", ...json)).stdout) as Served;
  });

  it("says the pipeline, since when, by whom, and what sync said of where it came from", () => {
    expect(second).toEqual({
      pointer: prod,
      chain: [prod],
      pipeline: ids[1],
      served: {
        since: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        by: expect.any(String) as string,
        source: {
          commit: repo.git("rev-parse", "HEAD"),
          ref: "refs/heads/main",
          repository: "https://git.example.com/acme/pointers",
          actor: "grace",
          run_url: "https://git.example.com/acme/pointers/actions/runs/77",
          pull_request: "https://git.example.com/acme/pointers/pull/12",
        },
      },
    });
    expect(first).toMatchObject({
      pipeline: ids[0],
      served: { source: { commit: repo.git("rev-parse", "HEAD~1") } },
    });
  });

  it("at the moment of a move the new one counts, just before it the old one", async () => {
    expect(JSON.parse((await at(second.served.since, ...json)).stdout)).toEqual(second);
    const { stdout } = await at(justBefore(second));
    expect(stdout).toContain(`${prod}\n  → ${ids[0]}  myuser/gptneo:v1\n  since `);
    expect(stdout).toMatch(/by grace with the token .+\n {2}commit [0-9a-f]{8} of https:/);
  });

  it("whatever was declared then, a pointer that was not there is none", async () => {
    const early = await at(justBefore(first), ...json);
    expect(early.code).toBe(1);
    expect(JSON.parse(early.stdout)).toMatchObject({
      error: { code: "pointer-unknown", hint: expect.stringMatching(/^It was created /) as string },
    });
    const other = await repo.here([
      "resolve",
      "myuser/gptneo:prd",
      "--remote",
      "production",
      "--at",
      "2100-01-01",
    ]);
    expect(other.stderr).toMatch(
      /never had a pointer myuser\/gptneo:prd.*\n.*Did you mean myuser\/gptneo:prod/,
    );
  });

  it("takes dates only: a commit was declared, not served", async () => {
    expect((await at("HEAD~1", ...json)).stdout).toContain("is no date");
    const declared = await repo.here(["resolve", prod, "--at", "HEAD~1", ...json], {
      env: { POINTSMAN_URL: undefined },
    });
    expect(JSON.parse(declared.stdout)).toMatchObject({ chain: [prod, "myuser/gptneo:v1"] });
  });
});
