import { PointsmanError, ProblemsError } from "../errors.ts";
import { visible } from "../pointer/printable.ts";
import { jsonText } from "./json.ts";
import { renderProblems } from "./problems.ts";
import type { Style } from "./style.ts";

/**
 * An error as people read it: the problems it met, what is wrong, what to do. Of a bug its stack, for
 * the report.
 * @param isVerbose adds what caused it
 */
export function renderError(error: unknown, style: Style, isVerbose: boolean): string {
  const { dim, red } = style.colors;
  if (!(error instanceof PointsmanError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${red("bug")}: pointsman itself went wrong. Please report this, with the command you gave.\n${stack}\n`;
  }
  const problems = error instanceof ProblemsError ? renderProblems(error.problems, error.texts, style) : "";
  const cause =
    isVerbose && error.cause instanceof Error
      ? `${dim(`caused by: ${error.cause.message.split("\n").map(visible).join("\n")}`)}\n`
      : "";
  const hint = error.hint === undefined ? "" : `  ${error.hint}\n`;
  return `${problems}${red("error")}: ${error.message}\n${hint}${cause}`;
}

/** The same for programs: the document that stands in the place of a result. */
export function renderJsonError(code: string, message: string, hint?: string): string {
  return jsonText({ error: { code, message, ...(hint === undefined ? {} : { hint }) } });
}
