import type { Problem } from "../model/problem.ts";
import { printable, visible } from "../pointer/printable.ts";
import { plural } from "./style.ts";

/** GitHub shows so many errors, and as many warnings, of one step, and drops the others without a word. */
const mostShown = 10;

/**
 * Problems as commands of a GitHub workflow, which shows each at its line of the pull request. Of more than GitHub
 * shows, the last says how many there are besides; those follow as lines of the log.
 * @param verdict the last line
 */
export function renderAnnotations(problems: readonly Problem[], verdict: string): string {
  const lines: string[] = [];
  const rest: string[] = [];
  for (const severity of ["error", "warning"] as const) {
    const all = problems.filter((problem) => problem.severity === severity);
    const shown = all.length > mostShown ? all.slice(0, mostShown - 1) : all;
    lines.push(...shown.map(annotation));
    const more = all.slice(shown.length);
    if (more.length === 0) continue;
    lines.push(
      `::${severity}::${data(`${plural(more.length, "more problem")}: the log of this step has all.`)}`,
    );
    rest.push(...more.map(logLine));
  }
  return `${[...lines, ...rest, verdict].join("\n")}\n`;
}

function annotation({ severity, file, line, column, rule, message }: Problem): string {
  const at = `file=${property(visible(file))},line=${line},col=${column},title=${property(`pointsman ${rule}`)}`;
  return `::${severity} ${at}::${data(visible(message))}`;
}

function logLine({ severity, file, line, column, rule, message }: Problem): string {
  return `${printable(file)}:${line}:${column} ${severity} ${visible(message)} [${rule}]`;
}

/** The runner decodes these of what stands behind a command. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** And these besides of its properties. */
function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
