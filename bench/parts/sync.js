import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { aRegistry, each } from "../a-registry.js";
import { familyOf, makePointers, tag } from "../data.js";
import { cli, limitOf, measure, median, node, once } from "../measure.js";
import { tell } from "../progress.js";
import { token } from "../servers.js";

const [families, perFamily] = [200, 25];
const changes = families * perFamily;

/**
 * A `plan` of a few pointers, and `sync` of 5,000 changes, against a real registry over HTTP on this machine. The
 * changes are undone, as often as they are made, by the least that could: the same requests, as many at a time, of a
 * process that is as new. A sync's rate is that of what it takes longer than the plan of the same changes.
 */
export async function syncPart({ folder, rounds }) {
  const registry = await aRegistry(join(folder, "sync-data"));
  try {
    const few = makePointers(join(folder, "sync-few"), { pointers: 10, perFile: 10 });
    const small = measure(
      [
        {
          job: "`plan` of 10 pointers, over HTTP",
          run: { args: [cli, "plan"], cwd: few, env: registry.env },
          limit: "bare Node",
          against: node,
          goal: 3,
        },
      ],
      rounds,
    );
    const names = Array.from({ length: families }, (_, file) => familyOf(file));
    const pointers = names.flatMap((family) =>
      Array.from({ length: perFamily }, (_, index) => tag(family, index)),
    );
    for (const name of [...names, ...names])
      await registry.send("POST", "/v4/pipelines", { name, image: name });
    await each(pointers, (pointer) =>
      registry.send("POST", "/v4/pointers", {
        pointer,
        pointer_or_pipeline_id: `${pointer.split(":")[0]}:v1`,
      }),
    );
    const repo = makeRepository(join(folder, "sync"), names);
    const run = (...args) => once({ args: [cli, ...args], cwd: repo, env: registry.env });
    const file = join(folder, "requests.json");
    const rates = { ours: [], limit: [] };
    for (let round = 0; round <= rounds; round += 1) {
      tell(`round ${round} of ${rounds}`);
      const planned = run("plan");
      const ours = changes / (run("sync", "--yes") - planned);
      writeFileSync(file, JSON.stringify(await undoing(registry, pointers)));
      const { args } = limitOf("send-requests", registry.url, file);
      const limit = changes / Number(execFileSync(process.execPath, args, { encoding: "utf8" }));
      // The first round warms the registry up.
      if (round === 0) continue;
      rates.ours.push(ours);
      rates.limit.push(limit);
    }
    return [
      ...small,
      {
        job: `\`sync\` of 5,000 changes: ${Math.round(median(rates.ours) * 1000)}/s`,
        limit: `undici.Pool that sends the same requests: ${Math.round(median(rates.limit) * 1000)}/s`,
        goal: 0.8,
        atLeast: true,
        ratio: median(rates.ours.map((rate, round) => rate / rates.limit[round])),
      },
    ];
  } finally {
    await registry.stop();
  }
}

/** What moves all pointers back, each as sync would have it: only from where it is, and with where it comes from. */
async function undoing(registry, pointers) {
  const { data } = await registry.send("GET", "/v4/pointers?limit=10000");
  const ids = new Map(data.map(({ pointer, pipeline_id }) => [pointer, pipeline_id]));
  const source = {
    repository: "https://github.com/acme/models",
    commit: "0".repeat(40),
    ref: "refs/heads/main",
  };
  return pointers.map((pointer) => ({
    method: "PATCH",
    path: `/v4/pointers/${pointer}`,
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "if-match": `"${ids.get(pointer)}"`,
      "x-pointsman-source": JSON.stringify(source),
    },
    body: JSON.stringify({
      pointer_or_pipeline_id: ids.get(`${pointer.split(":")[0]}:v1`),
      locked: false,
    }),
  }));
}

/** All pointers at the second version of their pipeline. */
function makeRepository(folder, names) {
  for (const family of names) {
    const lines = Array.from({ length: perFamily }, (_, index) => `  ${tag(family, index)}: ${family}:v2\n`);
    const path = join(folder, "pointers", `${family}.yaml`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `pointers:\n${lines.join("\n")}`);
  }
  const settings = ["user.name=Bench", "user.email=bench@localhost"].flatMap((one) => ["-c", one]);
  const git = (...args) => execFileSync("git", ["-C", folder, ...settings, ...args]);
  git("init", "--quiet", "--initial-branch", "main");
  git("add", ".");
  git("commit", "--quiet", "--message", "All pointers");
  return folder;
}
