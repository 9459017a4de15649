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
import { isPlain } from "./plain-declaration.ts";
import { reservedTag } from "./reserved-tag.ts";
import type { Rule } from "./rule.ts";
import { selfReference } from "./self-reference.ts";
import { targetGrammar } from "./target-grammar.ts";

/** Rules that look at each declaration by itself. */
export const rulesOfOne: readonly Rule[] = [
  nameGrammar,
  reservedTag,
  externalDeclared,
  targetGrammar,
  selfReference,
  dangling,
  lockedTarget,
];

/** All rules, in the order of what they say of one place. */
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
  const doubtful = desired.declarations.filter((declaration) => !isPlain(declaration, desired));
  const ofOne = { ...desired, declarations: doubtful };
  const problems = rules.flatMap((rule) => rule(rulesOfOne.includes(rule) ? ofOne : desired));
  return base === undefined ? problems : [...problems, ...lockedMove(base, desired)];
}
