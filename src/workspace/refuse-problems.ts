import { ProblemsError } from "../errors.ts";
import type { Declaration } from "../model/pointer.ts";
import { type Snapshot, problemsOf } from "./read-snapshot.ts";

/**
 * @param consequence what therefore does not happen, as the end of a sentence
 * @throws ProblemsError where a snapshot has errors
 */
export function refuseProblems(
  snapshot: Snapshot,
  consequence: string,
  base?: ReadonlyMap<string, Declaration>,
): void {
  const problems = problemsOf(snapshot, base).filter(({ severity }) => severity === "error");
  if (problems.length > 0) throw new ProblemsError(problems, snapshot.texts, consequence);
}
