import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildProgram } from "../../src/program.ts";
import { createMetrics } from "../../src/registry/http/metrics.ts";

const guide = readFileSync(new URL("../../docs/registry.md", import.meta.url), "utf8");

test("the guide has every metric of the registry's own", async () => {
  const named = [...(await createMetrics().text()).matchAll(/^# TYPE (pointsman_\w+)/gm)].map(
    ([, name = ""]) => name,
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !guide.includes(`\`${name}{`))).toEqual([]);
});

test("the guide sets each variable that it uses", () => {
  const used = new Set([...guide.matchAll(/\$([A-Z_]+)\b/g)].map(([, name = ""]) => name));
  expect(used.size).toBeGreaterThan(1);
  expect([...used].filter((name) => !guide.includes(`export ${name}=`))).toEqual([]);
});

test("the guide has every option of serve", () => {
  const serve = buildProgram(() => Promise.resolve()).commands.find((one) => one.name() === "serve");
  const options = serve!.options.flatMap(({ long }) => long ?? []);
  expect(options.length).toBeGreaterThan(8);
  expect(options.filter((option) => !new RegExp(`${option}(?![\\w-])`).test(guide))).toEqual([]);
});
