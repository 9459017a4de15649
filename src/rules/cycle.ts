import type { Problem } from "../model/problem.ts";
import { isPointerName } from "../pointer/name.ts";
import { type Rule, problemAt } from "./rule.ts";

/** Chains end. Each cycle is reported once, whole, at the pointer through which it is met first. */
export const cycle: Rule = ({ pointers: declared }) => {
  // A name that is none is reported for that alone.
  const pointers = new Map([...declared].filter(([name]) => isPointerName(name)));
  const problems: Problem[] = [];
  const done = new Set<string>();
  for (const start of pointers.keys()) {
    const trail = new Map<string, number>();
    let name = start;
    while (pointers.has(name) && !done.has(name) && !trail.has(name)) {
      trail.set(name, trail.size);
      name = pointers.get(name)?.target ?? "";
    }
    for (const passed of trail.keys()) done.add(passed);
    const first = trail.get(name);
    const declaration = pointers.get(name);
    if (first === undefined || declaration === undefined) continue;
    const members = [...trail.keys()].slice(first);
    // A pointer onto itself has a rule of its own.
    if (members.length < 2) continue;
    const message = `These pointers go round in a circle and lead to no pipeline: ${[...members, name].join(" → ")}.`;
    problems.push(problemAt("cycle", declaration, "targetAt", message));
  }
  return problems;
};
