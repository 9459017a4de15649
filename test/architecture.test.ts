import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { architecture } from "../tools/architecture.js";

const project = fileURLToPath(new URL("../", import.meta.url));

const impure =
  `../git/repo.ts ../remotes/v4/v4-remote.ts ../sync/sync.ts ../registry/http/app.ts ../render/plan.ts ../commands/plan.ts
  ../config/environment.ts ../workspace/base.ts ../cli.ts ../index.ts node:fs node:fs/promises node:http node:process
  fs undici isomorphic-git`.split(/\s+/);

type Offence = readonly [file: string, source: string, rule: string];
const offence = (file: string, source: string): Offence => [file, source, "no-restricted-imports"];

/** What the linter must refuse: a file, its source, the rule. */
const refused: readonly Offence[] = [
  // model knows nobody
  offence("src/model/a.ts", 'export { familyOf } from "../pointer/name.ts";'),
  offence("src/model/b.ts", 'import type { ErrorCode } from "../errors.ts";'),
  offence("src/model/c.ts", 'import "yaml";'),
  // wire knows only itself
  offence("src/wire/a.ts", 'import "../model/pointer.ts";'),
  offence("src/wire/b.ts", 'import "../errors.ts";'),
  // plan and rules never touch git, network, clock or environment
  ...["plan", "rules"].flatMap((folder) =>
    impure.map((specifier, index) => offence(`src/${folder}/a${index}.ts`, `import "${specifier}";`)),
  ),
  offence("src/plan/b.ts", 'export const late = () => import("../git/repo.ts");'),
  ["src/plan/c.ts", "export const late = (path: string) => import(path);", "no-dynamic-require"],
  offence("src/plan/d.ts", 'export * from "./../git/repo.ts";'),
  offence("src/plan/e.ts", 'export * from "../model/../git/repo.ts";'),
  offence("src/plan/deep/e.ts", 'export * from "../../model/../git/repo.ts";'),
  offence("src/plan/deep/f.ts", 'import "../../git/repo.ts";'),
  offence("src/owners/a.ts", 'import "../git/repo.ts";'),
  // render stands beside the flow
  offence("src/render/a.ts", 'import "../plan/plan.ts";'),
  offence("src/render/b.ts", 'import "node:fs";'),
  offence("src/pointer/a.ts", 'import "../rules/dangling.ts";'),
  offence("src/pointer/b.ts", 'import { Ajv } from "ajv";'),
  offence("src/git/a.ts", 'import "../rules/dangling.ts";'),
  offence("src/remotes/a.ts", 'import "../sync/sync.ts";'),
  offence("src/remotes/v4/a.ts", 'import "../../registry/http/app.ts";'),
  offence("src/registry/a.ts", 'import "../remotes/remote-error.ts";'),
  // the registry's HTTP side reaches the database through the store alone
  offence("src/registry/http/a.ts", 'import "libsql";'),
  offence("src/registry/b.ts", 'import "pg";'),
  offence("src/registry/store/a.ts", 'import "fastify";'),
  offence("src/registry/http/b.ts", 'import "../../remotes/remote-error.ts";'),
  offence("src/sync/a.ts", 'import "../remotes/v4/v4-remote.ts";'),
  offence("src/sync/b.ts", 'import "../wire/pointer.ts";'),
  offence("src/commands/a.ts", 'import "../cli.ts";'),
  offence("src/errors.ts", 'import "./pointer/name.ts";'),
  offence("src/index.ts", 'import "./cli.ts";'),
  // only cli.ts touches the process
  offence("src/commands/b.ts", 'import { argv } from "node:process";'),
  ["src/commands/c.ts", "export const it = process.env;", "no-restricted-globals"],
  ["src/commands/d.ts", "export const it = globalThis.process;", "no-restricted-properties"],
  ["src/commands/e.ts", "console.log(1);", "no-console"],
  // and everywhere
  ["src/git/b.ts", "export default 1;", "no-default-export"],
  ["src/git/c.ts", "export const it: any = 1;", "no-explicit-any"],
  ["src/git/d.ts", "const late = async () => 1;\nlate();", "no-floating-promises"],
  ["src/git/e.ts", "export {};\n".repeat(251), "max-lines"],
  ["src/git/f.ts", 'import { g } from "./g.ts";\nexport const f = g;', "no-cycle"],
  ["src/git/g.ts", 'import { f } from "./f.ts";\nexport const g = f;', "no-cycle"],
];

const accepted: readonly (readonly [file: string, source: string])[] = [
  ["src/cli.ts", 'import "./commands/plan.ts";\nconsole.log(process.argv);'],
  ["src/plan/ok.ts", 'import "./diff.ts";\nimport "../model/plan.ts";\nimport "../pointer/name.ts";'],
  ["src/plan/deep/ok.ts", 'import "../diff.ts";\nimport "./more.ts";\nimport "../../model/plan.ts";'],
  ["src/pointer/ok.ts", 'export type { ErrorObject } from "ajv";\nexport * from "yaml";'],
  ["src/pointer/ok2.ts", 'import "../../schemas/pointers.schema.json?validator";'],
  ["src/remotes/v4/ok.ts", 'import "../remote-error.ts";\nimport "../../wire/page.ts";\nimport "node:util";'],
  ["src/remotes/embedded.ts", 'export const open = () => import("../registry/http/app.ts");'],
  ["src/registry/http/ok.ts", 'import "fastify";\nimport "../refusal.ts";\nimport "../../wire/page.ts";'],
  ["src/sync/ok.ts", 'import "../remotes/remote-error.ts";\nimport "node:timers/promises";'],
  ["src/commands/ok.ts", 'import "../sync/sync.ts";\nimport "../render/plan.ts";\nimport "../errors.ts";'],
];

interface Diagnostic {
  readonly filename: string;
  /** `eslint(no-console)`; absent where a file is no TypeScript. */
  readonly code?: string;
}

describe("the linter", () => {
  let folder: string;
  let diagnostics: readonly Diagnostic[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pointsman-architecture-"));
    const tsconfig = { compilerOptions: { strict: true, module: "nodenext", types: [], noEmit: true } };
    for (const [file, source] of [
      ...refused,
      ...accepted,
      ["tsconfig.json", JSON.stringify(tsconfig)],
    ] as const) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), `${source}\n`);
    }
    diagnostics = await lint(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each(refused)("%s refuses: %.60s", (file, _source, rule) => {
    expect(rulesBrokenIn(file)).toContain(rule);
  });

  test.each(accepted)("%s accepts: %.60s", (file) => {
    expect(
      rulesBrokenIn(file).filter((rule) => rule.startsWith("no-restricted") || rule === "no-console"),
    ).toEqual([]);
  });

  function rulesBrokenIn(file: string): string[] {
    return diagnostics
      .filter(({ filename }) => filename === file)
      .map(({ code = "none" }) => code.replace(/^.*\((.*)\)$/, "$1"));
  }
});

test("each folder of src has its line in the table, and each line its folder", async () => {
  const entries = await readdir(join(project, "src"), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(folders.toSorted()).toEqual(
    Object.keys(architecture)
      .filter((path) => !path.includes("/"))
      .toSorted(),
  );
});

/** Oxlint with the project's own configuration, in another folder. It exits 1 where it finds something. */
function lint(cwd: string): Promise<Diagnostic[]> {
  const oxlint = join(project, "node_modules/oxlint/bin/oxlint");
  const config = join(project, "tools/oxlint.config.js");
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [oxlint, "--config", config, "--type-aware", "--format", "json", "src"],
      { cwd, maxBuffer: 16_000_000 },
      (_error, stdout, stderr) => {
        try {
          resolve((JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics);
        } catch {
          reject(new Error(`oxlint said: ${stdout}${stderr}`));
        }
      },
    );
  });
}
