// What commands cost beside the least that could do their work, measured in turns in one run:
//   npm run bench [-- PART…] [--runs 7] [--json] [--compare FILE] [--data FOLDER]
// Parts: start, pointers, history, growth, remote, sync, store, registry; without any: all of them but registry, which
// prints its own figures. The data is the same in every run. A ratio travels to other machines, times don't.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { growthPart } from "./parts/growth.js";
import { historyPart } from "./parts/history.js";
import { pointersPart } from "./parts/pointers.js";
import { remotePart } from "./parts/remote.js";
import { startPart } from "./parts/start.js";
import { storePart } from "./parts/store.js";
import { syncPart } from "./parts/sync.js";
import { tellEnd, tellPart } from "./progress.js";

const parts = {
  start: startPart,
  pointers: pointersPart,
  history: historyPart,
  growth: growthPart,
  remote: remotePart,
  sync: syncPart,
  store: storePart,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "7" },
    json: { type: "boolean", default: false },
    compare: { type: "string" },
    data: { type: "string" },
  },
});
const asked = positionals.length > 0 ? positionals : Object.keys(parts);
const unknown = asked.find((part) => part !== "registry" && !Object.hasOwn(parts, part));
if (unknown !== undefined)
  throw new Error(`There is no part ${unknown}: ${Object.keys(parts).join(", ")}, registry.`);
const before = values.compare === undefined ? null : JSON.parse(readFileSync(values.compare, "utf8")).rows;
const folder = values.data ?? mkdtempSync(join(tmpdir(), "pointsman-bench-"));
const rows = [];
try {
  for (const part of asked) {
    tellPart(part);
    if (part === "registry") registry();
    else rows.push(...(await parts[part]({ folder, rounds: Number(values.runs) })));
  }
} finally {
  tellEnd();
  if (values.data === undefined) rmSync(folder, { recursive: true, force: true });
}
const about = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  git: gitVersion(),
  runs: Number(values.runs),
};
if (values.json) console.log(JSON.stringify({ ...about, rows }, null, 2));
else print();

function print() {
  console.log(`Node ${about.node}, git ${about.git}, medians of ${about.runs}, ${about.date}\n`);
  console.log("| job | measured against | goal | measured | |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const { job, limit, goal, ratio, ms, limitMs, unit = "×", atLeast = false } of rows) {
    const old = before?.find((row) => row.job === job);
    const then = old === undefined ? "" : ` (was ${shown(old.ratio, unit)})`;
    // A figure without a goal misses none.
    const wanted = goal === undefined ? "" : `${atLeast ? "≥" : "≤"} ${shown(goal, unit)}`;
    const isMet = goal === undefined || (atLeast ? ratio >= goal : ratio <= goal);
    const times = ms === undefined ? "" : `${Math.round(ms)} ms, ${Math.round(limitMs)} ms`;
    console.log(
      `| ${job} | ${limit} | ${wanted} | ${shown(ratio, unit)}${then}${isMet ? "" : " **misses**"} | ${times} |`,
    );
  }
}

function shown(number, unit) {
  return unit === "MB" ? `${Math.round(number)} MB` : `${number.toFixed(2)}${unit}`;
}

function gitVersion() {
  return spawnSync("git", ["version"], { encoding: "utf8" }).stdout.replace("git version ", "").trim();
}

function registry() {
  const script = fileURLToPath(new URL("registry.js", import.meta.url));
  spawnSync(process.execPath, [script], { stdio: "inherit" });
}
