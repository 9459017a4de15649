import type { Problem } from "../model/problem.ts";
import { blocksOf, code, document, prose } from "./markdown.ts";
import { verdictOf } from "./problems.ts";

/** Problems for a pull request's comment or a job's summary. */
export function renderProblemsMarkdown(
  problems: readonly Problem[],
  checked: { pointers: number; files: number },
): string {
  const rows = problems.map(({ file, line, column, message, rule, severity }) => [
    code(`${file}:${line}:${column}`),
    severity === "error" ? prose(message) : `Warning: ${prose(message)}`,
    code(rule),
  ]);
  const blocks = blocksOf(["where", "problem", "rule"], rows, "problems");
  return document(verdictOf(problems, checked), [], blocks, "`pointsman validate` prints all");
}
