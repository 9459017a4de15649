import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { familyOf, makePointers, tag } from "../data.js";
import { cli, limitOf, measure, node } from "../measure.js";

/** 100,000 pointers in 2,000 files, half of them chains. */
export function pointersPart({ folder, rounds }) {
  const size = { pointers: 100_000, perFile: 50 };
  const twin = join(folder, "twin");
  const cwd = makePointers(join(folder, "pointers"), { ...size, twin });
  const loose = makePointers(join(folder, "loose"), { ...size, isPacked: false });
  const name = tag(familyOf(7), 1);
  const ours = (...args) => ({ args: [cli, ...args], cwd });
  const reset = () => execFileSync("git", ["-C", cwd, "checkout", "--quiet", "."]);
  const bare = { limit: "bare Node", against: node, goal: 3 };
  const blobs = {
    limit: "`git cat-file --batch` and JSON.parse of the same data",
    against: limitOf("cat-json", twin),
    goal: 2,
  };
  return measure(
    [
      {
        job: "`validate`, 100,000 pointers, working tree",
        run: ours("validate"),
        limit: "Node that reads the files and JSON.parses the same data",
        against: limitOf("read-json", twin),
        goal: 2,
      },
      { job: "`validate --ref HEAD`, 100,000, packed", run: ours("validate", "--ref", "HEAD"), ...blobs },
      {
        job: "`validate --ref HEAD`, 100,000, loose objects",
        run: { args: [cli, "validate", "--ref", "HEAD"], cwd: loose },
        ...blobs,
      },
      { job: "`list NAME --at HEAD` of 100,000", run: ours("list", name, "--at", "HEAD"), ...bare },
      { job: "`resolve NAME` of 100,000", run: ours("resolve", name), ...bare },
      {
        job: "`set NAME` of 100,000",
        run: { ...ours("set", tag(familyOf(7), 0), "pipeline_set"), before: reset },
        ...bare,
      },
    ],
    rounds,
  );
}
