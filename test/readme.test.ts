import { readFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { errorCodes } from "../src/errors.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

it("lists every error code with what it means", () => {
  const listed = [...readme.matchAll(/^\| `([a-z-]+)` +\| (.+?) *\|$/gm)].map(([, code, text]) => [
    code,
    text,
  ]);
  expect(listed).toEqual(expect.arrayContaining(Object.entries(errorCodes)));
});

it("lists every rule that a sample repository breaks", () => {
  for (const rule of readdirSync(new URL("../fixtures/broken", import.meta.url))) {
    expect(readme).toContain(`| \`${rule}\``);
  }
});

it("begins with the two commands", () => {
  expect(readme.slice(0, 500)).toMatch(/npm ci && npm run demo.*\nnpm ci && npm test/);
});
