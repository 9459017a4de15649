import type { PointsmanError } from "../errors.ts";
import { prose } from "../render/markdown.ts";

/** What is wrong and what to do, a line each, for a log. */
export function errorLines({ message, hint }: PointsmanError): string {
  return hint === undefined ? message : `${message}\n${hint}`;
}

/** The same behind the beginning of a sentence in Markdown. */
export function errorMarkdown(error: PointsmanError): string {
  return errorLines(error)
    .split("\n")
    .map((line) => prose(line.trim()))
    .join("<br>");
}
