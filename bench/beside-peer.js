// One job after another by a peer and by pointsman, in turns: as many records as pointers, checked, and planned against
// a target that has them all, and one from which 1 % differ. pointsman plans a commit against a registry, which `serve`
// runs over HTTP.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aRegistry } from "./a-registry.js";
import { familyOf, makePointers, tag } from "./data.js";
import { cli, median, once } from "./measure.js";

/**
 * Prints a table.
 * @param {string} name of the peer
 * @param {number[]} sizes how many records and pointers
 * @param {number} runs of each job
 * @param {(folder: string, size: number) => Record<"validate" | "same" | "moved", import("./measure.js").Run>} make
 *   writes the peer's files into a new folder, and says how its jobs are run
 */
export async function besidePeer(name, sizes, runs, make) {
  console.log(`| records | job | ${name} | pointsman | times as fast |\n| --- | --- | --- | --- | --- |`);
  for (const size of sizes) await compare(size, runs, make);
}

async function compare(size, runs, make) {
  const folder = mkdtempSync(join(tmpdir(), "pointsman-peers-"));
  const repo = makePointers(join(folder, "repo"), { pointers: size, perFile: 50 });
  const peer = make(join(folder, "zone"), size);
  const registry = await aRegistry(join(folder, "data"));
  try {
    const ours = (...command) => ({ args: [cli, ...command], cwd: repo, env: registry.env });
    await publish(registry, repo, size);
    once(ours("sync", "--yes"));
    print(size, "validate", inTurns(runs, peer.validate, ours("validate")));
    print(size, "plan, no change", inTurns(runs, peer.same, ours("plan")));
    move(repo, size);
    print(size, "plan, 1 % changed", inTurns(runs, peer.moved, ours("plan")));
  } finally {
    await registry.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function inTurns(runs, theirs, ours) {
  const times = { theirs: [], ours: [] };
  for (let round = 0; round < runs; round += 1) {
    times.theirs.push(once(theirs));
    times.ours.push(once(ours));
  }
  return [median(times.theirs), median(times.ours)];
}

function print(size, job, [theirs, ours]) {
  const times = `${Math.round(theirs)} ms | ${Math.round(ours)} ms`;
  console.log(`| ${size} | ${job} | ${times} | ${(theirs / ours).toFixed(1)} |`);
}

/** Registers a pipeline for each file and writes its id into it, so that everything can be synced. */
async function publish(registry, repo, size) {
  for (let file = 0; file * 50 < size; file += 1) {
    const name = familyOf(file);
    const { id } = await registry.send("POST", "/v4/pipelines", { name, image: name });
    const path = join(repo, "pointers", `${name}.yaml`);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/pipeline_\d+x\d+/g, id));
  }
  commit(repo, "Name the ids of the registry");
}

/** Points 1 % elsewhere: at the pipeline of the file before. */
function move(repo, size) {
  for (let left = Math.ceil(size / 100), file = 1; left > 0; left -= 1, file = (file % (size / 50 - 1)) + 1) {
    const path = join(repo, "pointers", `${familyOf(file)}.yaml`);
    const name = tag(familyOf(file), 49 - 2 * Math.floor((Math.ceil(size / 100) - left) / (size / 50 - 1)));
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace(new RegExp(`(  ${name}: )\\S+`), `$1${familyOf(file - 1)}:v1`),
    );
  }
  commit(repo, "Move 1 %");
}

function commit(repo, message) {
  const settings = ["user.name=Bench", "user.email=bench@localhost"].flatMap((one) => ["-c", one]);
  execFileSync("git", ["-C", repo, ...settings, "commit", "--quiet", "--all", "--message", message]);
}
