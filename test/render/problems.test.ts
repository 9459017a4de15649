import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/model/problem.ts";
import { renderProblems, renderVerdict } from "../../src/render/problems.ts";
import { style } from "../../src/render/style.ts";
import { growth, outOfProportion } from "../growth.ts";

const terminal = style({ color: false, isTerminal: true });
const file = "pointers/myuser/gptneo.yaml";

/** The line of a text with its caret, as a terminal shows a problem there. */
function frame(text: string, line: number, column: number): string[] {
  const problem: Problem = { rule: "yaml", message: "Wrong.", file, line, column, severity: "error" };
  return renderProblems([problem], new Map([[file, text]]), terminal)
    .split("\n")
    .slice(1, -2);
}

/** What the caret points at. */
function pointedAt([line = "", caret = ""]: string[]): string {
  return line.slice(caret.indexOf("^"));
}

describe("a problem on a terminal", () => {
  test("is its place, its sentence, its rule, its line and a caret", () => {
    const problem: Problem = { rule: "yaml", message: "Wrong.", file, line: 2, column: 3, severity: "error" };
    expect(renderProblems([problem], new Map([[file, "a:\n  b: c\n"]]), terminal)).toBe(
      `${file}:2:3 error Wrong. [yaml]\n  2 |   b: c\n        ^\n\n`,
    );
  });

  test("has no line where the file has none there, or it is not known", () => {
    expect(frame("a: b\n", 7, 1)).toEqual([]);
    expect(frame("a: b\n\n", 2, 1)).toEqual([]);
  });

  test("is shown in a time that grows with the problems of its file", () => {
    const show = (size: number): void => {
      const lines = Array.from({ length: size }, (_, at) => at + 1);
      const problems = lines.map((line): Problem => {
        return { rule: "yaml", message: "Wrong.", file, line, column: 1, severity: "error" };
      });
      const text = renderProblems(problems, new Map([[file, "a: b\n".repeat(size)]]), terminal);
      expect(text.endsWith(`  ${size} | a: b\n${" ".repeat(5 + String(size).length)}^\n\n`)).toBe(true);
    };
    expect(growth(show, 3000)).toBeLessThan(outOfProportion);
  });

  test("points at the right place behind tabs, escapes and CRLF line ends", () => {
    expect(pointedAt(frame("\t\tb: c\r\n", 1, 3))).toBe("b: c");
    expect(pointedAt(frame("a\u001b[31m: c\n", 1, 9))).toBe("c");
    expect(frame("a\u001b: c\n", 1, 1)[0]).toBe("  1 | a\\u{1b}: c");
  });

  test("shows of a long line what is around the place", () => {
    const line = `${"x".repeat(250)}HERE${"y".repeat(5000)}`;
    expect(pointedAt(frame(line, 1, 251))).toMatch(/^HEREy+$/);
    expect(frame(line, 1, 251).every((one) => one.length < 200)).toBe(true);
    expect(frame(line, 1, 1)[0]).toMatch(/^ {2}1 \| x{160}$/);
    expect(pointedAt(frame(line, 1, 5200))).toMatch(/^y+$/);
  });
});

test("a problem elsewhere is one line that editors and CI logs turn into a link", () => {
  const problem: Problem = { rule: "yaml", message: "Wrong.", file, line: 2, column: 3, severity: "warning" };
  const line = style({ color: false, isTerminal: false });
  expect(renderProblems([problem], new Map([[file, "a\nb\n"]]), line)).toBe(
    `${file}:2:3 warning Wrong. [yaml]\n`,
  );
});

test("the last line counts", () => {
  const problem: Problem = { rule: "yaml", message: "Wrong.", file, line: 2, column: 3, severity: "error" };
  const checked = { pointers: 3, files: 1 };
  expect(renderVerdict([], checked, terminal)).toBe("ok: 3 pointers in 1 file, no problems.\n");
  expect(renderVerdict([problem, problem], checked, terminal)).toBe(
    "2 problems in 1 file; checked 3 pointers in 1 file.\n",
  );
});
