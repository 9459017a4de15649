import { join } from "node:path";
import { makePointers } from "../data.js";
import { cli, measure, node } from "../measure.js";

/** What a command costs that does next to nothing, beside Node's own start. */
export function startPart({ folder, rounds }) {
  const ten = makePointers(join(folder, "ten"), { pointers: 10, perFile: 10 });
  const row = (job, goal, ...args) => ({
    job,
    goal,
    limit: "bare Node",
    run: { args: [cli, ...args], cwd: ten },
    against: node,
  });
  return measure(
    [
      row("`--version`", 1.25, "--version"),
      row("`--help`", 1.25, "--help"),
      row("`validate`, 10 pointers", 1.8, "validate"),
    ],
    rounds,
  );
}
