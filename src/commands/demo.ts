import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runGit } from "../workspace/git-program.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes } from "./command.ts";
import { type DemoShell, openDemoShell, took } from "./demo-shell.ts";

/**
 * The whole loop, for real, in a folder that is gone afterwards: uploads, a reviewed move, a mistake
 * that is caught, and a larger team's repository. Fails where a step does not do what it says.
 */
export async function demo(_: CommonOptions, deps: Deps): Promise<CommandResult> {
  const folder = await mkdtemp(join(tmpdir(), "pointsman-demo-"));
  try {
    // Without git each step would fail: better said before the first.
    await runGit(folder, ["version"], deps.environment);
    const models = join(folder, "models");
    await mkdir(models);
    const shell = openDemoShell(models, deps);
    await firstSync(shell);
    await mistake(shell, join(models, "pointers/myuser/gptneo.yaml"));
    await promotion(shell);
    await largerTeam(join(folder, "team"), deps);
    shell.say("That is all. `pointsman init` starts your own; the README has a tour and ten lines of CI.");
    return { exitCode: exitCodes.done, output: "" };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function firstSync({ say, type, ask, expect }: DemoShell): Promise<void> {
  say(
    "A pointer repository is a git repository. It comes with a small registry of its own to try things on.",
  );
  await type("pointsman init");
  say("Three uploads of a pipeline. The registry makes a version pointer for each; those never move.");
  for (let upload = 1; upload <= 3; upload++) await type("pointsman publish myuser/gptneo");
  say("Names that do move are declared in a file. :prod follows :stable, which names a version.");
  await type("pointsman set myuser/gptneo:latest myuser/gptneo:v2");
  await type("pointsman set myuser/gptneo:stable myuser/gptneo:v1");
  await type("pointsman set myuser/gptneo:prod myuser/gptneo:stable");
  await type("cat pointers/myuser/gptneo.yaml");
  await type("git add .");
  await type('git commit --quiet -m "Declare latest, stable and prod"');
  say("Validate is offline. Plan compares with the registry. Sync applies the commit.");
  await type("pointsman validate");
  await type("pointsman plan");
  await type("pointsman sync --yes");
  expect(":prod leads to v1", await isAt("prod", "v1", ask));
}

async function mistake({ say, type, expect }: DemoShell, file: string): Promise<void> {
  say("Somebody's pull request has a typo in it:");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("prod: myuser/gptneo:stable", "prod: myuser/gptneo:stabel"));
  await type("git diff --unified=0");
  const said = await type("pointsman validate", exitCodes.mustFix);
  expect("validate names the typo and what was meant", said.includes("did you mean myuser/gptneo:stable?"));
  await type("git checkout --quiet -- pointers");
}

async function promotion({ say, type, ask, expect }: DemoShell): Promise<void> {
  say("A good change: v3 becomes stable, on a branch, in one commit. The plan shows what follows along.");
  await type("git switch --quiet --create promote-v3");
  await type('pointsman set myuser/gptneo:stable myuser/gptneo:v3 --commit -m "Promote gptneo v3 to stable"');
  const said = await type("pointsman plan");
  expect("the plan shows :prod moving along with :stable", /:prod .*via .*:stable/.test(said));
  say("Reviewed and merged, the commit is synced. Running it again changes nothing.");
  await type("git switch --quiet -");
  await type('git merge --quiet --no-ff -m "Merge promote-v3" promote-v3');
  await type("pointsman sync --yes");
  await type("pointsman sync --yes");
  await type("pointsman resolve myuser/gptneo:prod");
  await type("pointsman list");
  expect(":prod leads to v3", await isAt("prod", "v3", ask));
  say("And git has the record.");
  await type("git log --oneline --graph");
}

/** Whether the registry has a tag where it has a version: asked of the registry, not of the files. */
async function isAt(tag: string, version: string, ask: DemoShell["ask"]): Promise<boolean> {
  const { pointers } = (await ask(["list"])) as { pointers: { pointer: string; pipeline: string }[] };
  const pipelineOf = (name: string): string | undefined =>
    pointers.find(({ pointer }) => pointer === `myuser/gptneo:${name}`)?.pipeline;
  return pipelineOf(tag) !== undefined && pipelineOf(tag) === pipelineOf(version);
}

async function largerTeam(folder: string, deps: Deps): Promise<void> {
  // Two levels up from here in the sources, and in what is built of them.
  await cp(fileURLToPath(new URL("../../fixtures/team", import.meta.url)), folder, { recursive: true });
  const shell = openDemoShell(folder, deps);
  const { say, type, ask, expect } = shell;
  say("A larger team: five people, forty pipelines. Their uploads first, then all of their pointers.");
  await type("pointsman init");
  await type("git add .");
  await type('git commit --quiet -m "All our pointers"');
  const { embeddedRemote } = await import("../remotes/embedded.ts");
  const registry = await embeddedRemote(join(folder, ".pointsman"));
  try {
    for (const name of await targetedVersions(folder, deps)) await registry.publish({ name, image: name });
  } finally {
    await registry.close();
  }
  await type("pointsman validate");
  const started = Date.now();
  const { summary } = (await ask(["sync", "--yes"])) as { summary: { applied: number; failed: number } };
  expect(
    `sync wrote ${took(summary.applied, "pointer", Date.now() - started)}`,
    summary.applied >= 300 && summary.failed === 0,
  );
  await type("pointsman plan");
}

/** The pipelines to upload, each as often as the highest version that is targeted says. */
async function targetedVersions(folder: string, { environment }: Deps): Promise<string[]> {
  const { openWorkspace } = await import("../workspace/open-workspace.ts");
  const { readSnapshot } = await import("../workspace/read-snapshot.ts");
  const { desired } = await readSnapshot(await openWorkspace(folder, environment), null);
  const highest = new Map<string, number>();
  for (const { target } of desired.declarations) {
    const [, family, version] = /^(.+):v(\d+)$/.exec(target) ?? [];
    if (family !== undefined) highest.set(family, Math.max(highest.get(family) ?? 0, Number(version)));
  }
  return [...highest].flatMap(([family, count]) => Array<string>(count).fill(family));
}
