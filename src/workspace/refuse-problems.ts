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

/**
 * For commands that take the files as they are, but need to know which remote and which folder.
 * @throws ProblemsError where pointsman.yaml has errors
 */
export function refuseConfigProblems({ configProblems, texts }: Snapshot, consequence: string): void {
  if (configProblems.length > 0) throw new ProblemsError(configProblems, texts, consequence);
}
