import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { chain, chainFile as file, cli, here, makeRepo, openRegistry, run } from "./kit.ts";

const json = ["--format", "json"];

describe("a command line that cannot be taken", () => {
  it.each([
    [[]],
    [["get"]],
    [["vaildate"]],
    [["help", "vaildate"]],
    [["validate", "--reff", "x"]],
    [["validate", "extra"]],
    [["set"]],
    [["serve", "--port", "99999"]],
    [["serve", "--run-timeout", "0"]],
    [["serve", "--data", ".", "--allow-upstream", "http://models.internal"]],
    [["validate", "--color", "pink"]],
    [["set", "a/b:cc", "pipeline_a", "-m", "x"]],
    [["set", "No", "pipeline_a"]],
    [["set", "a/b:cc"]],
    [["set", "a/b:cc", "pipeline_a", "--lock", "--unlock"]],
    [["publish", "gptneo"]],
    [["publish", "a/b", "--endpoint", "ftp://x"]],
  ])("%j is exit 1, and a whole JSON document where that is asked for", async (args) => {
    const repo = await makeRepo({ [file]: chain });
    const ran = await repo.here([...args, ...json], { env: { POINTSMAN_TOKEN: "correct-horse" } });
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      error: { code: "usage", message: expect.stringMatching(/^[^ ].{10}/) as string },
    });
  });

  it("is explained on stderr, with what may have been meant", async () => {
    const ran = await run(["vaildate"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("Did you mean validate?");
  });

  it.each([
    [["serve", "--host", ""], "names no address"],
    [["serve", "--data", ""], "names no folder"],
    [["serve", "--run-timeout", "5m"], "in seconds, without a unit"],
    [["serve", "--run-timeout", "2592000"], "a number from 1 to 999999"],
    [["serve", "--shutdown-timeout", "1000000"], "a number from 1 to 999999"],
    [["serve", "--data", ".", "--allow-upstream", "http://a/b"], "Leave out the scheme, the path"],
    [
      ["tokens", "create", "x", "--scope", "read", "--username", "myuser/gptneo"],
      "the myuser of myuser/gptneo",
    ],
    [["tokens", "create", "x", "--scope", "read", "--username", "My User"], "lower-case letters"],
    [["publish", "myuser/gptneo:v9"], "Leave out :v9: the registry counts the versions of myuser/gptneo."],
    [["help", "vaildate"], "error: unknown command 'vaildate'\n(Did you mean validate?)\n"],
    [["help", "tokens", "revok"], "error: unknown command 'revok'\n(Did you mean revoke?)\n"],
    [["tokens", "help", "zzzzzz"], "error: unknown command 'zzzzzz'\n"],
    [["help", "delete"], "(Did you mean remove?)\n"],
    [["edit", "pointers", "x"], "(Did you mean set?)\n"],
    [["delete", "pointers", "x"], "(Did you mean remove?)\n"],
    [["tokens", "delete", "ci"], "(Did you mean revoke?)\n"],
    [["-C", "/", "tokens", "rm", "ci"], "(Did you mean revoke?)\n"],
    [["create", "a/b:cc", "a/b:v1"], "(Did you mean create pointers?)\n"],
    [["get", "a/b"], "(Did you mean get pointers?)\n"],
    [["apply"], "(Did you mean sync?)\n"],
    [["move", "a/b:cc", "a/b:v1"], "(Did you mean set?)\n"],
    [["lock", "a/b:cc"], "(Did you mean set NAME --lock?)\n"],
    [["sync", "--dry-run"], "(Did you mean plan?)\n"],
    [["sync", "--auto-approve"], "(Did you mean --yes?)\n"],
    [["sync", "--doit"], "(Did you mean --yes?)\n"],
    [["sync", "a/b:cc"], "(Did you mean plan NAME --out FILE, and then sync --plan FILE?)\n"],
    [["promote", "a/b:cc", "a/b:v2"], "(Did you mean set?)\n"],
    [["dump"], "(Did you mean import?)\n"],
    [["plan", "--out", "-"], "It names a file; --format json prints the document to stdout."],
    [["sync", "--report", "-"], "It names a file; --format json prints"],
    [["plan", "--json"], "(Did you mean --format json?)\n"],
    [["tokens", "create", "z", "--user", "x"], "(Did you mean --username?)\n"],
    [["tokens", "create", "my token", "--admin"], '"my token" is no name for a token.'],
  ])("says how it is written: %j", async (args, said) => {
    const ran = await here(args, { cwd: "/" });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain(said);
    expect((await here([...args, ...json], { cwd: "/" })).stderr).toBe("");
  });
});

it("tells nobody to plan who did, or asks for something else than a sync", async () => {
  for (const command of ["plan", "fmt"]) {
    const { stderr } = await here([command, "--dry-run"], { cwd: "/" });
    expect(stderr).toContain("unknown option '--dry-run'");
    expect(stderr).not.toContain("Did you mean");
  }
});

describe("global options", () => {
  it("stand before or after the command, and -C says where", async () => {
    const repo = await makeRepo({ [file]: chain });
    const expected = '{\n  "problems": []\n}\n';
    const elsewhere = { cwd: "/" };
    for (const args of [
      ["-C", repo.dir, "--format", "json", "validate"],
      ["validate", "-C", repo.dir, "--format=json"],
      ["--format=json", "validate", "--dir", `${repo.dir}/pointers/myuser`],
    ])
      expect(await here(args, elsewhere)).toMatchObject({ code: 0, stdout: expected, stderr: "" });
  });

  it("-C holds for the files that options name", async () => {
    const registry = await openRegistry();
    await registry.publish("myuser/gptneo", 2);
    const repo = await makeRepo({ [file]: chain }, registry.env);
    const options = { cwd: "/", env: registry.env };
    expect((await run(["-C", repo.dir, "plan", "--out", "plan.json"], options)).code).toBe(0);
    expect(
      (
        await run(
          ["-C", repo.dir, "sync", "--yes", "--plan", "plan.json", "--report", "report.json"],
          options,
        )
      ).code,
    ).toBe(0);
    expect(JSON.parse(await repo.read("report.json"))).toMatchObject({ summary: { applied: 3 } });
  });

  it("results are all that is on stdout; --quiet leaves errors alone on stderr", async () => {
    const registry = await openRegistry();
    await registry.publish("myuser/gptneo", 2);
    const repo = await makeRepo({ [file]: chain }, registry.env);
    const plan = await repo.here(["plan"]);
    expect(plan.stderr).toBe(`Remote: POINTSMAN_URL (${registry.url})\n`);
    expect(plan.stdout).toMatch(/^Plan: commit [0-9a-f]{8} /);
    expect(await repo.here(["plan", "--quiet"])).toMatchObject({ stderr: "", stdout: plan.stdout });
    expect((await repo.here(["sync", "--quiet"])).stderr).toMatch(/^error: Nothing was written/);
    await repo.write("pointers/a/b.yaml", "pointers: {}\n");
    expect((await repo.here(["sync", "--yes"])).stderr).toContain("Edits that are not committed");
  });

  it("no colours where nobody looks, unless they are asked for", async () => {
    const repo = await makeRepo({ [file]: chain });
    expect((await repo.run(["validate", "--color", "always"], { colors: true })).stdout).toContain(
      "\u001b[32m",
    );
    // A CI's log is no terminal, whatever picocolors makes of the variable.
    for (const CI of ["", "true"])
      expect((await repo.run(["validate"], { env: { CI } })).stdout).not.toContain("\u001b");
    const env = { NO_COLOR: "1" };
    expect((await repo.run(["validate", "--color", "always"], { env, colors: true })).stdout).toContain(
      "\u001b[32m",
    );
  });

  it("--help and --version are results", async () => {
    for (const args of [["--help"], ["sync", "--help"], ["create", "pointers", "--help"], ["help"]])
      expect(await run(args)).toMatchObject({
        code: 0,
        stderr: "",
        stdout: expect.stringContaining("Usage:") as string,
      });
    const { stdout } = await here(["create", "pointers", "--help"], { cwd: "/" });
    for (const args of [
      ["help", "create", "pointers"],
      ["create", "help", "pointers"],
    ])
      expect(await here(args, { cwd: "/" })).toMatchObject({ code: 0, stderr: "", stdout });
    expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("a reader that leaves", () => {
  it.each([["stdout"], ["both"]])("early from %s is no error", async (which) => {
    const entries = Array.from({ length: 5000 }, (_, i) => `  myuser/gptneo:-${i}: x\n`);
    const repo = await makeRepo({ [file]: `pointers:\n${entries.join("")}` });
    const redirect = which === "both" ? "2>&1" : "";
    const child = spawn(
      "bash",
      ["-c", `"${process.execPath}" "${cli}" validate ${redirect} | head -1; echo "\${PIPESTATUS[0]}"`],
      { cwd: repo.dir },
    );
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk) => (out += String(chunk)));
    child.stderr.on("data", (chunk) => (err += String(chunk)));
    await new Promise((resolve) => child.on("close", resolve));
    expect(out).toMatch(/^pointers\/.*\n1\n$/);
    expect(err).toBe("");
  });
});
