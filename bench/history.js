// What history costs on a large repository, against git itself in the same run:
//   npm run build && node bench/history.js [FOLDER of a repository that make-repository.js made]
// Each figure is the median of seven whole processes; the machine's speed cancels in the ratios.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeRepository } from "./make-repository.js";

const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const [given] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), "pointsman-bench-"));
try {
  if (given === undefined) await makeRepository(folder);
  measure();
} finally {
  if (given === undefined) rmSync(folder, { recursive: true, force: true });
}

function measure() {
  const changes = git("log", "--format=", "--name-only", "--", "pointers").split("\n");
  const counts = new Map();
  for (const file of changes) counts.set(file, (counts.get(file) ?? 0) + 1);
  counts.delete("");
  const [file] = [...counts].toSorted(([, a], [, b]) => Math.abs(a - 400) - Math.abs(b - 400))[0] ?? [];
  const name = /^ {2}(\S+):/m.exec(git("show", `HEAD:${file}`))?.[1] ?? "";
  console.log(
    `${git("rev-list", "--count", "HEAD").trim()} commits; ${file} changed in ${counts.get(file)} of them`,
  );

  const node = timed(process.execPath, ["-e", ""]).ms;
  const log = timed("git", ["log", "--", file]).ms;
  row("bare node", node);
  row("git log -- FILE", log);
  const whole = timed("git", ["log", "--raw"]).ms;
  row("git log --raw", whole);
  const difference = timed("git", ["diff", "HEAD~1000..HEAD"]).ms;
  row("git diff HEAD~1000..HEAD", difference);
  for (const kind of ["git", "js"]) {
    const run = (...args) => timed(process.execPath, [cli, ...args], { POINTSMAN_GIT: kind });
    const shown = (what, { ms, megabytes }, ...bounds) => {
      const parts = bounds.map(
        ([named, bound]) => `${(ms / bound).toFixed(2)} of ${named} = ${Math.round(bound)} ms`,
      );
      row(`${what} (${kind})`, ms, `${parts.join(", ")}; ${megabytes} MB`);
    };
    const isGit = kind === "git";
    const long = isGit ? ["2 s", 2000] : ["10 s", 10_000];
    const near = [
      ["2 × log + node", 2 * log + node],
      ["1.5 × log + node", 1.5 * log + node],
    ];
    shown("history NAME", run("history", name), ...(isGit ? near : [long]));
    shown("history", run("history"), ...(isGit ? [["2 × log --raw", 2 * whole]] : [long]));
    const twice = ["2 × git diff + node", 2 * difference + node];
    shown("diff HEAD~1000..HEAD", run("diff", "HEAD~1000..HEAD"), ...(isGit ? [twice] : [long]));
    shown("validate --ref HEAD~5000", run("validate", "--ref", "HEAD~5000"), long);
  }
}

function git(...args) {
  return execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", maxBuffer: 1 << 30 });
}

/** The median of seven runs, in milliseconds, and the most memory that one took. */
function timed(program, args, env = {}) {
  const report = join(tmpdir(), `pointsman-bench-${process.pid}.txt`);
  const hook = `data:text/javascript,import{writeFileSync as w}from"node:fs";process.on("exit",()=>w(${JSON.stringify(report)},String(process.resourceUsage().maxRSS)))`;
  const hooked = program === process.execPath && args[0] === cli ? [`--import=${hook}`, ...args] : args;
  const runs = [1, 2, 3, 4, 5, 6, 7].map(() => {
    const start = performance.now();
    const { status, stderr } = spawnSync(program, hooked, {
      cwd: folder,
      env: { ...process.env, ...env },
      maxBuffer: 1 << 30,
    });
    if (status !== 0) throw new Error(`${args.join(" ")} exited ${String(status)}: ${String(stderr)}`);
    return performance.now() - start;
  });
  const megabytes = hooked === args ? 0 : Math.round(Number(readFileSync(report, "utf8")) / 1024);
  if (hooked !== args) rmSync(report);
  return { ms: runs.toSorted((a, b) => a - b)[3] ?? 0, megabytes };
}

function row(what, ms, more = "") {
  console.log(`${what.padEnd(32)} ${String(Math.round(ms)).padStart(7)} ms  ${more}`);
}
