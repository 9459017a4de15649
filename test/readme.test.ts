import { readFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { buildProgram } from "../src/program.ts";
import { errorCodes } from "../src/errors.ts";
import { ruleTexts } from "../src/rules/catalogue.ts";

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

it("begins with the two commands", () => {
  expect(readme.slice(0, 500)).toMatch(/npm ci && npm run demo.*\nnpm ci && npm test/);
});
