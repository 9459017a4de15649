import type { Problem } from "../model/problem.ts";
import { isPointerName } from "../pointer/name.ts";
import { isName } from "../pointer/target.ts";
import { type Rule, problemAt } from "./rule.ts";

/** Chains end. Each cycle is reported once, whole, at the pointer through which it is met first. */
export const cycle: Rule = ({ pointers }) => {
  // A name that is none is reported for that alone.
  const targetOf = (name: string): string | undefined =>
    isPointerName(name) ? pointers.get(name)?.target : undefined;
  const problems: Problem[] = [];
  const done = new Set<string>();
  for (const [start, { target }] of pointers) {
    // Most chains are short: nothing has to be kept of them, and of the many ids none is looked for.
    const second = isName(target) ? pointers.get(target)?.target : undefined;
    if (second === undefined || !isName(second) || !pointers.has(second) || done.has(start)) continue;
    const trail = new Set<string>();
    let name: string | undefined = start;
    while (name !== undefined && !done.has(name) && !trail.has(name)) {
      const next = targetOf(name);
      if (next === undefined) break;
      trail.add(name);
      name = next;
    }
    for (const passed of trail) done.add(passed);
    const declaration = name === undefined || !trail.has(name) ? undefined : pointers.get(name);
    if (name === undefined || declaration === undefined) continue;
    const names = [...trail];
    const members = names.slice(names.indexOf(name));
    // A pointer onto itself has a rule of its own.
    if (members.length < 2) continue;
    const message = `These pointers go round in a circle and lead to no pipeline: ${[...members, name].join(" → ")}.`;
    problems.push(problemAt("cycle", declaration, "target", message));
  }
  return problems;
};
