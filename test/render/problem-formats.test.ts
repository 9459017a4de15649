import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { Ajv } from "ajv";
import fc from "fast-check";
import { readFile, readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/model/problem.ts";
import { codeQualityOf } from "../../src/render/code-quality.ts";
import { renderAnnotations } from "../../src/render/github.ts";
import { sarifOf } from "../../src/render/sarif.ts";
import { ruleTexts } from "../../src/rules/catalogue.ts";
import { untrusted } from "./untrusted.ts";

const broken = new URL("../../fixtures/broken/", import.meta.url);

/** The problems of every sample repository, and the folder that each is in. */
const samples = await Promise.all(
  (await readdir(broken)).map(async (rule) => {
    const folder = new URL(rule === "locked-move" ? `${rule}/head/` : `${rule}/`, broken);
    const expected = await readFile(new URL(`${rule}/expected.json`, broken), "utf8");
    return { folder, problems: (JSON.parse(expected) as { problems: Problem[] }).problems };
  }),
);

// Of draft 4 it uses nothing that later drafts read otherwise, but for its name.
const schema = Object.fromEntries(
  Object.entries(sarifSchema).filter(([key]) => key !== "id" && key !== "$schema"),
);
const isSarif = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
      }[];
    }[];
  }[];
}

function sarif(problems: readonly Problem[]): Log["runs"][number] {
  const log = sarifOf(problems, ruleTexts, "1.2.3");
  expect(isSarif(log) ? [] : isSarif.errors).toEqual([]);
  const [run] = (log as Log).runs;
  if (run === undefined) throw new Error("no run");
  return run;
}

/** As the runner reads a command: https://github.com/actions/runner, ActionCommand. */
function readAnnotation(line: string): Record<string, string> | null {
  const [, kind = "", list = "", message = ""] = /^\s*::(\w+) ?(.*?)::(.*)$/.exec(line) ?? [];
  if (kind === "") return null;
  const decode = (text: string): string =>
    text.replaceAll(/%(0D|0A|3A|2C|25)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const properties = list.split(",").map((pair) => pair.split(/=(.*)/, 2).map(decode));
  return { kind, message: decode(message), ...(Object.fromEntries(properties) as Record<string, string>) };
}

function problem(file: string, message: string, severity: Problem["severity"] = "error", line = 7): Problem {
  return { rule: "path", file, message, line, column: 3, severity };
}

describe("annotations", () => {
  it("stand at lines that the files have, where the problem begins", async () => {
    for (const { folder, problems } of samples) {
      for (const one of problems) {
        const [line = ""] = renderAnnotations([one], "").split("\n");
        const { file = "", line: row, col, message, kind } = readAnnotation(line) ?? {};
        expect({ kind, message }).toEqual({ kind: "error", message: one.message });
        const text = await readFile(new URL(file, folder), "utf8");
        const rest = text.split("\n")[Number(row) - 1]?.slice(Number(col) - 1);
        // A file that is wrong as a whole is marked at its start.
        if (row !== "1") expect(`${file}:${row} ${rest}`).toMatch(/ \S/);
      }
    }
  });

  it("are as many as GitHub shows of a step; the log has the others", () => {
    const problems = Array.from({ length: 30 }, (_, at) => problem(`pointers/a/b${at}.yaml`, `No. ${at}.`));
    const warnings = problems.slice(0, 10).map(({ file, message }) => problem(file, message, "warning"));
    const lines = renderAnnotations([...problems, ...warnings], "30 problems.")
      .trimEnd()
      .split("\n");
    const read = lines.map(readAnnotation);
    expect(read.filter((one) => one?.["kind"] === "error")).toHaveLength(10);
    expect(read.filter((one) => one?.["kind"] === "warning")).toHaveLength(10);
    expect(lines[9]).toBe("::error::21 more problems: the log of this step has all.");
    for (const { message } of problems)
      expect(lines.filter((line) => line.includes(message))).not.toEqual([]);
    expect(lines.at(-1)).toBe("30 problems.");
  });

  it("hold whatever a name or a message is made of", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(untrusted, untrusted), { minLength: 1, maxLength: 20 }), (pairs) => {
        const text = renderAnnotations(
          pairs.map(([file, message]) => problem(file, message)),
          "end",
        );
        const lines = text.trimEnd().split("\n");
        const shown = Math.min(pairs.length, 10);
        expect(lines).toHaveLength(pairs.length > 10 ? pairs.length + 2 : pairs.length + 1);
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        for (const line of lines) expect(line).not.toMatch(/##\w*\[/);
        for (const [at, line] of lines.entries()) {
          const read = readAnnotation(line);
          if (at >= shown) expect(read).toBeNull();
          else if (at < 9)
            expect(read).toMatchObject({ kind: "error", line: "7", col: "3", title: "pointsman path" });
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("SARIF", () => {
  it("is valid by its schema for every rule, and names each", () => {
    const run = sarif(samples.flatMap(({ problems }) => problems));
    const rules = run.tool.driver.rules.map(({ id }) => id);
    for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex]).toBe(ruleId);
    expect(new Set(run.results.map(({ ruleId }) => ruleId))).toEqual(new Set(rules));
  });

  it("has relative addresses and messages without links, whatever a name is made of", () => {
    fc.assert(
      fc.property(untrusted, untrusted, (file, message) => {
        const [result] = sarif([problem(file, message)]).results;
        const uri = result?.locations[0]?.physicalLocation.artifactLocation.uri ?? "";
        const home = "https://repository.example/root/";
        expect(uri).toMatch(/^[\w.~!*'()%/-]+$/);
        if (!/(^|\/)\.{0,2}(\/|$)/.test(file)) expect(new URL(uri, home).href.startsWith(home)).toBe(true);
        expect(result?.message.text).not.toMatch(/(?<!\\)\]\(/);
      }),
      { numRuns: 100 },
    );
  });
});

it("a code quality report has a fingerprint for each problem, also when its line moves", () => {
  const problems = [
    problem("pointers/a/b.yaml", "Same."),
    problem("pointers/a/b.yaml", "Same.", "error", 9),
    problem("pointers/a/c.yaml", "Same.", "warning"),
  ];
  const report = codeQualityOf(problems, (text) => `#${text}`) as { fingerprint: string }[];
  expect(report).toMatchObject([
    { check_name: "path", severity: "major", location: { path: "pointers/a/b.yaml", lines: { begin: 7 } } },
    { check_name: "path", severity: "major", location: { path: "pointers/a/b.yaml", lines: { begin: 9 } } },
    { check_name: "path", severity: "minor", location: { path: "pointers/a/c.yaml", lines: { begin: 7 } } },
  ]);
  const prints = report.map(({ fingerprint }) => fingerprint);
  expect(new Set(prints).size).toBe(3);
  const below = problems.map(({ file, severity, line }) => problem(file, "Same.", severity, line + 5));
  expect(codeQualityOf(below, (text) => `#${text}`)).toMatchObject(
    prints.map((fingerprint) => ({ fingerprint })),
  );
});
