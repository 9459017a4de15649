import type { Problem } from "../model/problem.ts";
import { visible } from "../pointer/printable.ts";

/**
 * Problems as GitLab's code quality report: a merge request shows those that it brings.
 * @param digest a hash of a text: a problem keeps its fingerprint when only its line changes
 */
export function codeQualityOf(problems: readonly Problem[], digest: (text: string) => string): unknown {
  const seen = new Map<string, number>();
  return problems.map(({ rule, message, file, line, pointer, severity }) => {
    const key = JSON.stringify([rule, file, pointer ?? "", message]);
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    return {
      description: visible(message),
      check_name: rule,
      fingerprint: digest(times === 0 ? key : `${key} ${times}`),
      severity: severity === "error" ? "major" : "minor",
      location: { path: file, lines: { begin: line } },
    };
  });
}
