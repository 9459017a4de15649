import { readFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
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

it("begins with the two commands", () => {
  expect(readme.slice(0, 500)).toMatch(/npm ci && npm run demo.*\nnpm ci && npm test/);
});
