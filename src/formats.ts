import type { Format } from "./commands/command.ts";
import { PointsmanError } from "./errors.ts";

/** All there are. */
export const formats = [
  "text",
  "json",
  "markdown",
  "github",
  "sarif",
  "codequality",
] as const satisfies readonly Format[];

/** What commands print that have not just text and JSON. */
const formatsOf: Readonly<Record<string, readonly Format[]>> = {
  // It prints in the way of the CI that it runs in.
  ci: ["text"],
  // People follow it.
  demo: ["text"],
  validate: formats,
  plan: ["text", "json", "markdown"],
  sync: ["text", "json", "markdown"],
  diff: ["text", "json", "markdown"],
  show: ["text", "json", "markdown"],
};

/**
 * @param command in full: `tokens list`
 * @throws PointsmanError `usage`
 */
export function refuseFormat(command: string, format: Format): void {
  const known: readonly Format[] = formatsOf[command] ?? ["text", "json"];
  if (known.includes(format)) return;
  throw new PointsmanError("usage", `${command} does not print ${format}: it has ${known.join(", ")}.`);
}
