import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tell } from "./progress.js";

export const cli = fileURLToPath(new URL("../dist/cli.cjs", import.meta.url));
export const node = { args: ["-e", "0"] };

/** A program of limits/, which does the least that could do a job. */
export function limitOf(name, ...args) {
  return { args: [fileURLToPath(new URL(`limits/${name}.js`, import.meta.url)), ...args] };
}

/**
 * A program to be measured, as a whole process.
 * @typedef {{ args: string[], cwd?: string, env?: Record<string, string>, program?: string, before?: () => void }} Run
 */

/**
 * A job beside what it is measured against.
 * @typedef {{ job: string, run: Run, limit: string, against: Run, goal: number, plusNode?: boolean }} Row
 */

/** Runs a program once, to its end: milliseconds. */
export function once({ program = process.execPath, args, cwd, env = {}, before }) {
  before?.();
  const start = performance.now();
  const { status, stderr } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 28,
  });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${args.join(" ")} exited ${String(status)}: ${String(stderr)}`);
  return ms;
}

/**
 * Measures rows in turns, so that whatever else the machine does falls on all of them alike.
 * @param {Row[]} rows
 * @param {number} rounds
 */
export function measure(rows, rounds) {
  const times = rows.map(() => ({ run: [], against: [], node: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, row] of rows.entries()) {
      tell(`round ${round + 1} of ${rounds}, ${row.job}`);
      times[index].against.push(once(row.against));
      times[index].run.push(once(row.run));
      if (row.plusNode === true) times[index].node.push(once(node));
    }
  }
  return rows.map(({ job, limit, goal, plusNode = false }, index) => {
    const [ms, limitMs] = [median(times[index].run), median(times[index].against)];
    const start = plusNode ? median(times[index].node) : 0;
    return {
      job,
      limit: plusNode ? `${limit}, plus node's start` : limit,
      goal,
      ms,
      limitMs,
      ratio: (ms - start) / limitMs,
    };
  });
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** The most memory that a Node program took, in MB. */
export function peakOf({ args, cwd, env = {} }) {
  const report = join(tmpdir(), `pointsman-bench-${process.pid}.txt`);
  const hook = `data:text/javascript,import{writeFileSync as w}from"node:fs";process.on("exit",()=>w(${JSON.stringify(report)},String(process.resourceUsage().maxRSS)))`;
  once({ args: [`--import=${hook}`, ...args], cwd, env });
  const kilobytes = Number(readFileSync(report, "utf8"));
  rmSync(report);
  return kilobytes / 1024;
}
