import type { RunReport } from "../model/runner.ts";
import { visible } from "../pointer/printable.ts";

/** A run's outputs, a line each: texts as they are, but for what would steer a terminal, and JSON. */
export function renderOutputs({ outputs }: RunReport): string {
  return (outputs ?? []).map((output) => `${textOf(output)}\n`).join("");
}

/** One part of a run's outputs: a single text goes on where the part before it ended. */
export function renderPart(report: RunReport): string {
  const parts = (report.outputs ?? []).filter(({ type }) => type !== "none");
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0 && typeof only.value === "string") return textOf(only);
  return renderOutputs({ ...report, outputs: parts });
}

function textOf({ value, file }: NonNullable<RunReport["outputs"]>[number]): string {
  const shown = file ?? value ?? null;
  if (typeof shown !== "string") return JSON.stringify(shown);
  return shown
    .split(/([\n\t])/)
    .map((part) => (part === "\n" || part === "\t" ? part : visible(part)))
    .join("");
}
