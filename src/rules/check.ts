import type { Declaration, Desired } from "../model/pointer.ts";
import type { Problem } from "../model/problem.ts";
import { cycle } from "./cycle.ts";
import { dangling } from "./dangling.ts";
import { duplicate } from "./duplicate.ts";
import { externalDeclared } from "./external-declared.ts";
import { lockedMove } from "./locked-move.ts";
import { lockedTarget } from "./locked-target.ts";
import { nameGrammar } from "./name-grammar.ts";
import { path } from "./path.ts";
import { reservedTag } from "./reserved-tag.ts";
import type { Rule } from "./rule.ts";
import { selfReference } from "./self-reference.ts";
import { targetGrammar } from "./target-grammar.ts";

const rules: readonly Rule[] = [
  nameGrammar,
  reservedTag,
  externalDeclared,
  path,
  duplicate,
  targetGrammar,
  selfReference,
  dangling,
  cycle,
  lockedTarget,
];

/**
 * Everything that is wrong with the pointers of one commit, by every rule.
 * @param base the pointers before the change, to judge what moves
 */
export function checkDesired(desired: Desired, base?: ReadonlyMap<string, Declaration>): Problem[] {
  const problems = rules.flatMap((rule) => rule(desired));
  return base === undefined ? problems : [...problems, ...lockedMove(base, desired)];
}
