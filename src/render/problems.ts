import type { Problem } from "../model/problem.ts";
import { printable, visible } from "../pointer/printable.ts";
import { type Style, plural } from "./style.ts";

/**
 * Problems as text: on a terminal with their lines and a caret, elsewhere one line each in the
 * `file:line:column` form that editors and CI logs turn into links.
 * @param texts the files' texts by path
 */
export function renderProblems(
  problems: readonly Problem[],
  texts: ReadonlyMap<string, string>,
  style: Style,
): string {
  const { bold, dim, red, yellow } = style.colors;
  const color = { error: red, warning: yellow };
  const lines = new Map<string, readonly string[]>();
  /** Split once: each of a file's problems shows its line. */
  const linesOf = (file: string): readonly string[] => {
    const known = lines.get(file) ?? texts.get(file)?.split(/\r?\n/) ?? [];
    lines.set(file, known);
    return known;
  };
  return problems
    .map((problem) => {
      const { file, line, column, rule, severity, message } = problem;
      const place = `${printable(file)}:${line}:${column}`;
      const head = `${bold(place)} ${color[severity](severity)} ${visible(message)} ${dim(`[${rule}]`)}`;
      if (!style.isTerminal) return `${head}\n`;
      const frame = frameOf(linesOf(file), problem, style);
      return frame === null ? `${head}\n\n` : `${head}\n${frame}\n\n`;
    })
    .join("");
}

/** The last line of a validation. */
export function renderVerdict(
  problems: readonly Problem[],
  checked: { pointers: number; files: number },
  { colors }: Style,
): string {
  const color = problems.length === 0 ? colors.green : colors.red;
  return `${verdictOf(problems, checked).replace(/^(ok|\d+ problems?)/, color)}.\n`;
}

/** How many problems in how many files, and what was looked at. */
export function verdictOf(
  problems: readonly Problem[],
  checked: { pointers: number; files: number },
): string {
  const scope = `${plural(checked.pointers, "pointer")} in ${plural(checked.files, "file")}`;
  if (problems.length === 0) return `ok: ${scope}, no problems`;
  const files = new Set(problems.map(({ file }) => file)).size;
  return `${plural(problems.length, "problem")} in ${plural(files, "file")}; checked ${scope}`;
}

const widest = 160;

function frameOf(lines: readonly string[], { line, column }: Problem, { colors }: Style): string | null {
  const source = lines[line - 1];
  if (source === undefined || source.trim() === "") return null;
  // Columns count code units; escapes would move the caret, so the part before is measured as shown.
  const before = shownAs(source.slice(Math.max(0, column - 1 - widest), column - 1));
  const shown = before + shownAs(source.slice(column - 1, column - 1 + widest));
  const offset = Math.max(0, before.length - widest / 2);
  const gutter = `  ${String(line)} | `;
  const caret = `${" ".repeat(gutter.length + before.length - offset)}^`;
  return `${colors.dim(gutter)}${shown.slice(offset, offset + widest)}\n${colors.red(caret)}`;
}

function shownAs(text: string): string {
  return visible(text.replaceAll("\t", " "));
}
