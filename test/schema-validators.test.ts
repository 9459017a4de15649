import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import validateConfig from "../schemas/config.schema.json?validator";
import validatePointers from "../schemas/pointers.schema.json?validator";
import { validatorCode } from "../tools/schema-validators.js";

test("a schema imported with ?validator is a function that says whether data is valid", () => {
  expect(validatePointers({ pointers: { "myuser/gptneo:latest": "myuser/gptneo:v3" } })).toBe(true);
  expect(validatePointers({ pointers: { "myuser/gptneo:latest": 3 } })).toBe(false);
  expect(validateConfig({ version: 1 })).toBe(true);
});

test("its errors are all of them, with the value each is about", () => {
  validateConfig({ version: 2, on_drift: "shrug" });
  expect(
    validateConfig.errors?.map(({ instancePath, keyword, data }) => [instancePath, keyword, data]),
  ).toEqual([
    ["/version", "const", 2],
    ["/on_drift", "enum", "shrug"],
  ]);
});

test("a helper of ajv's is imported and works in Node as it is", async () => {
  const code = validatorCode({
    type: "object",
    properties: { list: { type: "array", uniqueItems: true }, text: { type: "string", maxLength: 2 } },
  });
  expect(code).not.toContain("require(");
  const importable = code.replaceAll(/"(ajv\/[^"]+)"/g, (_all: string, path: string) =>
    JSON.stringify(import.meta.resolve(path)),
  );
  const data = [
    { list: [{ a: 1 }, { a: 1 }] },
    { list: [{ a: 1 }, { a: 2 }] },
    { text: "👍👍" },
    { text: "abc" },
  ];
  const script = `
    const { default: validate } = await import(${JSON.stringify(`data:text/javascript,${encodeURIComponent(importable)}`)});
    process.stdout.write(JSON.stringify(${JSON.stringify(data)}.map((item) => validate(item))));`;
  const node = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  expect(JSON.parse(node.stdout)).toEqual([false, true, true, false]);
});

test("what a schema's texts say is not taken for code", () => {
  const description = 'const a = require("ajv/dist/runtime/equal").default;';
  expect(validatorCode({ description })).toContain(JSON.stringify(description));
});

test("the built program loads nothing of ajv", async () => {
  const dist = new URL("../dist/", import.meta.url);
  const files = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith(".js"));
  const sources = await Promise.all(files.map((file) => readFile(new URL(file, dist), "utf8")));
  expect(sources.length).toBeGreaterThan(1);
  expect(
    sources.filter((source) => /(from|import|require\()\s*["'](ajv|fast-deep-equal)/.test(source)),
  ).toEqual([]);
});
