// octoDNS beside pointsman on equivalent work: as many records as pointers, checked, and planned against a
// target that has them all, and one from which 1 % differ. Kept out of the test suite: it needs Python.
//   python3 -m venv VENV && VENV/bin/pip install octodns
//   npm run build && node bench/peers/octodns.js VENV/bin [--sizes 1000,10000] [--runs 3]
// octoDNS plans YAML against YAML; pointsman plans a commit against a registry, which `serve` runs over HTTP. What a
// record is there, a CNAME with one value, is a pointer with one target here.
import { execFileSync, spawn } from "node:child_process";
import { once as happens } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { familyOf, makePointers, tag } from "../data.js";
import { cli, median, once } from "../measure.js";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: "string", default: "1000,10000" }, runs: { type: "string", default: "3" } },
});
const [bin] = positionals;
if (bin === undefined) throw new Error("Which folder has octodns-validate and octodns-sync in it?");
const token = "bench";
console.log("| records | job | octoDNS | pointsman | times as fast |\n| --- | --- | --- | --- | --- |");
for (const size of values.sizes.split(",").map(Number)) await compare(size);

async function compare(size) {
  const folder = mkdtempSync(join(tmpdir(), "pointsman-peers-"));
  const repo = makePointers(join(folder, "repo"), { pointers: size, perFile: 50 });
  const peer = makeZone(join(folder, "zone"), size);
  const args = [cli, "serve", "--port", "0", "--data", join(folder, "data"), "--log-level", "warn"];
  const env = { POINTSMAN_TOKEN: token };
  const registry = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    let said = "";
    while (!/http:\/\/[\w.:[\]]+\d/.test(said)) said += String((await happens(registry.stderr, "data"))[0]);
    registry.stderr.resume();
    const remote = { ...env, POINTSMAN_URL: /http:\/\/[\w.:[\]]+\d/.exec(said)?.[0] ?? "" };
    const ours = (...command) => ({ args: [cli, ...command], cwd: repo, env: remote });
    const theirs = (program, config) => ({ program: join(bin, program), args: ["--config-file", config] });
    await publish(remote.POINTSMAN_URL, repo, size);
    once(ours("sync", "--yes"));
    row(size, "validate", theirs("octodns-validate", peer.same), ours("validate"));
    row(size, "plan, no change", theirs("octodns-sync", peer.same), ours("plan"));
    move(repo, size);
    row(size, "plan, 1 % changed", theirs("octodns-sync", peer.moved), ours("plan"));
  } finally {
    registry.kill("SIGINT");
    await happens(registry, "close");
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(size, job, theirs, ours) {
  const times = { theirs: [], ours: [] };
  for (let round = 0; round < Number(values.runs); round += 1) {
    times.theirs.push(once(theirs));
    times.ours.push(once(ours));
  }
  const [a, b] = [median(times.theirs), median(times.ours)];
  console.log(`| ${size} | ${job} | ${Math.round(a)} ms | ${Math.round(b)} ms | ${(a / b).toFixed(1)} |`);
}

/** A zone of CNAMEs, and two targets for it. */
function makeZone(folder, size) {
  const zone = (differing) =>
    Array.from({ length: size }, (_, index) => {
      const value = index < differing ? "moved" : `model${index}`;
      return `tag-${String(index).padStart(7, "0")}:\n  type: CNAME\n  value: ${value}.example.net.\n`;
    }).join("");
  const paths = Object.entries({ source: 0, same: 0, moved: Math.ceil(size / 100) }).map(
    ([name, differing]) => {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, "example.com.yaml"), `---\n${zone(differing)}`);
      return name;
    },
  );
  const [, ...targets] = paths;
  return Object.fromEntries(
    targets.map((target) => {
      const provider = (name) => ({
        class: "octodns.provider.yaml.YamlProvider",
        directory: join(folder, name),
        enforce_order: false,
      });
      const config = join(folder, `${target}.json`);
      // JSON is YAML. What a plan may change is not what is compared.
      const plan = { "example.com.": { sources: ["config"], targets: ["target"] } };
      const settings = {
        config: provider("source"),
        target: { ...provider(target), update_pcent_threshold: 1 },
      };
      writeFileSync(config, JSON.stringify({ providers: settings, zones: plan }));
      return [target, config];
    }),
  );
}

/** Registers a pipeline for each file and writes its id into it, so that everything can be synced. */
async function publish(url, repo, size) {
  for (let file = 0; file * 50 < size; file += 1) {
    const name = familyOf(file);
    const answer = await fetch(`${url}/v4/pipelines`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ name, image: name }),
    });
    const { id } = await answer.json();
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
