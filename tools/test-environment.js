// Before every test file: nothing of a developer's or a CI's own settings reaches the tests or the
// programs that they start. Git has an identity, English messages, and no configuration but what saves it work
// that no test is about: files of a template, waiting for the disk, looking whether there is garbage.
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { endFile } from "../test/at-end.ts";

const home = join(tmpdir(), `pointsman-home-${randomUUID()}`);
const template = join(home, "git-template");
const gitConfig = join(home, "git-config");
// Neither is called in a file whose tests are all left out.
beforeAll(() => {
  for (const folder of ["hooks", "info"]) mkdirSync(join(template, folder), { recursive: true });
  writeFileSync(
    gitConfig,
    `[init]\n\ttemplateDir = ${template}\n[core]\n\tfsync = none\n[maintenance]\n\tauto = false\n[gc]\n\tauto = 0\n`,
  );
});
afterAll(async () => {
  await endFile();
  await rm(home, { recursive: true, force: true });
});

const foreign =
  /^(POINTSMAN(?!_TEST)|PIPELINE|GIT|GITHUB|GITLAB|CI|MALLOC)_|^(CI|NO_COLOR|FORCE_COLOR|CLICOLOR|CLICOLOR_FORCE|NODE_OPTIONS|EDITOR|https?_proxy|all_proxy|no_proxy)$/i;
for (const name of Object.keys(process.env)) if (foreign.test(name)) delete process.env[name];

Object.assign(process.env, {
  HOME: home,
  USERPROFILE: home,
  XDG_CONFIG_HOME: join(home, ".config"),
  GIT_CONFIG_GLOBAL: gitConfig,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Ada Lovelace",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada Lovelace",
  GIT_COMMITTER_EMAIL: "ada@example.com",
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C",
  TZ: "UTC",
});
