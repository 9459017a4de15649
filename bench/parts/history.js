import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeRepository } from "../make-repository.js";
import { cli, measure } from "../measure.js";

/** 20,000 commits, 150 files, 10,000 pointers. */
export async function historyPart({ folder, rounds }) {
  const cwd = join(folder, "history");
  if (!existsSync(cwd)) await makeRepository(cwd);
  const git = (...args) =>
    execFileSync("git", ["-C", cwd, ...args], { encoding: "utf8", maxBuffer: 1 << 30 });
  const counts = new Map();
  for (const file of git("log", "--format=", "--name-only", "--", "pointers").split("\n"))
    counts.set(file, (counts.get(file) ?? 0) + 1);
  counts.delete("");
  const [file] = [...counts].toSorted(([, a], [, b]) => Math.abs(a - 400) - Math.abs(b - 400))[0] ?? [];
  const name = /^ {2}(\S+):/m.exec(git("show", `HEAD:${file}`))?.[1] ?? "";
  const ours = (...args) => ({ args: [cli, ...args], cwd, env: { POINTSMAN_GIT: "git" } });
  const theirs = (...args) => ({ program: "git", args, cwd });
  return measure(
    [
      {
        job: `\`history NAME\`, file changed ${counts.get(file)} times in 20,000 commits`,
        run: ours("history", name),
        limit: "`git log -- FILE`",
        against: theirs("log", "--", file),
        goal: 1.5,
        plusNode: true,
      },
      {
        job: "`history` of everything, 20,000 commits",
        run: ours("history"),
        limit: "`git log --raw`",
        against: theirs("log", "--raw"),
        goal: 2,
      },
      {
        job: "`diff HEAD~1000..HEAD`",
        run: ours("diff", "HEAD~1000..HEAD"),
        limit: "`git diff` of the same",
        against: theirs("diff", "HEAD~1000..HEAD"),
        goal: 2,
        plusNode: true,
      },
    ],
    rounds,
  );
}
