import { join } from "node:path";
import { makePointers } from "../data.js";
import { cli, median, once, peakOf } from "../measure.js";
import { tell } from "../progress.js";

/** How time and memory of `validate` grow with the number of pointers. */
export function growthPart({ folder, rounds }) {
  const found = [10_000, 100_000, 1_000_000].map((pointers) => {
    const cwd = makePointers(join(folder, `growth-${pointers}`), { pointers, perFile: 50 });
    tell(`${pointers} pointers`);
    const run = { args: [cli, "validate"], cwd };
    const times = Array.from({ length: pointers > 100_000 ? 3 : rounds }, () => once(run));
    return { pointers, ms: median(times), megabytes: peakOf(run) };
  });
  const [small, middle, large] = found;
  const exponent = (from, to) => Math.log(to.ms / from.ms) / Math.log(to.pointers / from.pointers);
  const memory = (at, goal, job) => ({ job, limit: "", goal, ratio: at.megabytes, unit: "MB" });
  const growth = (from, to, job) => ({
    job,
    limit: "linear is 1",
    goal: 1.1,
    ratio: exponent(from, to),
    unit: "",
    ms: to.ms,
    limitMs: from.ms,
  });
  return [
    memory(middle, 200, "memory, 100,000 pointers"),
    memory(large, 1000, "memory, 1,000,000 pointers"),
    growth(small, middle, "growth, 10,000 to 100,000: exponent"),
    growth(middle, large, "growth, 100,000 to 1,000,000: exponent"),
  ];
}
