import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { buildProgram } from "../src/program.ts";
import { errorCodes } from "../src/errors.ts";
import { formatPointerFile } from "../src/pointer/format-pointer-file.ts";
import { ruleTexts } from "../src/rules/catalogue.ts";
import { makeRepo, pointerFile } from "./cli/kit.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

it("lists every error code with what it means", () => {
  const listed = [...readme.matchAll(/^\| `([a-z-]+)` +\| (.+?) *\|$/gm)].map(([, code, text]) => [
    code,
    text,
  ]);
  expect(listed).toEqual(expect.arrayContaining(Object.entries(errorCodes)));
});

it("lists every rule with what it says", () => {
  const listed = [...readme.matchAll(/^\| `([a-z-]+)` +\| (.+?) *\|$/gm)].map(([, rule, text]) => [
    rule,
    text,
  ]);
  const rules = Object.entries(ruleTexts).map(([rule, { says }]) => [rule, says]);
  expect(listed).toEqual(expect.arrayContaining(rules));
  expect(Object.keys(ruleTexts)).toEqual(
    expect.arrayContaining(readdirSync(new URL("../fixtures/broken", import.meta.url))),
  );
});

it("says what every command prints as JSON", () => {
  const table = readme.slice(readme.indexOf("\n## JSON"), readme.indexOf("\n## The registry"));
  const commands = buildProgram(() => Promise.resolve()).commands.map((command) => command.name());
  // The same as list and set; what prints no result.
  const others = ["get", "create", "serve", "ci", "demo", "help"];
  const missing = commands.filter((name) => !others.includes(name) && !table.includes(`\`${name}`));
  expect(missing).toEqual([]);
});

it("has a pointer file in the form that fmt writes", () => {
  const [, example = ""] = /^```yaml\n(pointers:\n.*?)^```$/ms.exec(readme) ?? [];
  expect(example).toContain("locked: true");
  expect(formatPointerFile("pointers/myuser/gptneo.yaml", example)).toBe(example);
});

it("has an example of the library that syncs, whatever the branch is called", async () => {
  const [, example = ""] = /^```js\n(.*?)^```$/ms.exec(readme) ?? [];
  const repo = await makeRepo({ "pointers/a/b.yaml": pointerFile({ "a/b:prod": "a/b:v1" }) });
  await repo.here(["publish", "a/b", "--no-source", "--remote", "embedded"]);
  repo.git("branch", "--move", "trunk");
  await mkdir(join(repo.dir, "node_modules"));
  await symlink(fileURLToPath(new URL("..", import.meta.url)), join(repo.dir, "node_modules", "pointsman"));
  await repo.write("example.mjs", `${example}\nconsole.log(JSON.stringify(report.results));\n`);
  const printed = execFileSync(process.execPath, ["example.mjs"], { cwd: repo.dir, encoding: "utf8" });
  expect(JSON.parse(printed)).toMatchObject([{ pointer: "a/b:prod", status: "applied" }]);
});

it("keeps npm's own words out of files that other commands read", async () => {
  const performance = await readFile(new URL("../docs/performance.md", import.meta.url), "utf8");
  const written = [readme, performance].join("\n").match(/^.*npm run .*? > .*$/gm) ?? [];
  expect(written).not.toEqual([]);
  for (const line of written) expect(line).toContain("npm run --silent");
});

it("begins with the two commands", () => {
  expect(readme.slice(0, 500)).toMatch(/npm ci && npm run demo.*\nnpm ci && npm test/);
});
