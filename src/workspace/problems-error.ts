import { PointsmanError } from "../errors.ts";
import type { Problem } from "../model/problem.ts";
import type { Declaration } from "../model/pointer.ts";
import { type Snapshot, problemsOf } from "./read-snapshot.ts";

/** A command that needs files without problems met some: they are shown with it. */
export class ProblemsError extends PointsmanError {
  override readonly name = "ProblemsError";
  readonly problems: readonly Problem[];
  readonly texts: ReadonlyMap<string, string>;

  constructor(problems: readonly Problem[], texts: ReadonlyMap<string, string>, consequence: string) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super("files-have-problems", `The files have ${count}: ${consequence}.`);
    this.problems = problems;
    this.texts = texts;
  }
}

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
