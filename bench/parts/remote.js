import { execFileSync, spawn } from "node:child_process";
import { once as happens } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Pool } from "undici";
import { familyOf, makePointers } from "../data.js";
import { cli, limitOf, measure } from "../measure.js";

const token = "bench";

/** `plan` of 100,000 pointers with 100 changes, against a real registry over HTTP on this machine. */
export async function remotePart({ folder, rounds }) {
  const twin = join(folder, "remote-twin");
  const cwd = makePointers(join(folder, "remote"), { pointers: 100_000, perFile: 50, twin });
  const args = [cli, "serve", "--port", "0", "--data", join(folder, "remote-data"), "--log-level", "warn"];
  const registry = spawn(process.execPath, args, {
    env: { ...process.env, POINTSMAN_TOKEN: token },
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    let said = "";
    while (!/http:\/\/[\w.:[\]]+\d/.test(said)) said += String((await happens(registry.stderr, "data"))[0]);
    registry.stderr.resume();
    const url = /http:\/\/[\w.:[\]]+\d/.exec(said)?.[0] ?? "";
    await fill(url, cwd);
    const env = { POINTSMAN_URL: url, POINTSMAN_TOKEN: token };
    return measure(
      [
        {
          job: "`plan` of 100,000 pointers, 100 changes",
          run: { args: [cli, "plan"], cwd, env },
          limit: "the JSON twin by `git cat-file --batch`, and the raw pages with undici",
          against: limitOf("cat-json", twin, url, token),
          goal: 1.5,
        },
      ],
      Math.min(rounds, 7),
    );
  } finally {
    registry.kill("SIGINT");
    await happens(registry, "close");
  }
}

/** Puts the repository's pointers on the registry, and then moves 100 of them in a commit. */
async function fill(url, cwd) {
  const pool = new Pool(url, { connections: 16 });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const send = async (path, body) => {
    const answer = await pool.request({ method: "POST", path, headers, body: JSON.stringify(body) });
    const said = await answer.body.json();
    if (answer.statusCode >= 300) throw new Error(`POST ${path}: ${JSON.stringify(said)}`);
    return said;
  };
  const families = Array.from({ length: 2000 }, (_, file) => familyOf(file));
  const each = async (items, work) => {
    const left = items.values();
    const worker = async () => {
      for (const item of left) await work(item);
    };
    await Promise.all(Array.from({ length: 16 }, worker));
  };
  const ids = new Map();
  await each(families, async (name) =>
    ids.set(name, (await send("/v4/pipelines", { name, image: name })).id),
  );
  // The ids are the registry's: the files name these.
  for (const [name, id] of ids) {
    for (const [root, end] of [[cwd, "yaml"]]) {
      const file = join(root, "pointers", `${name}.${end}`);
      writeFileSync(file, readFileSync(file, "utf8").replaceAll(/pipeline_\d+x\d+/g, id));
    }
  }
  await each(families, async (name) => {
    for (let index = 0; index < 50; index += 1)
      await send("/v4/pointers", {
        pointer: `${name}:tag-${String(index).padStart(3, "0")}`,
        pointer_or_pipeline_id: ids.get(name),
      });
  });
  await pool.close();
  for (const name of families.slice(0, 100)) {
    const file = join(cwd, "pointers", `${name}.yaml`);
    const next = ids.get(families[(families.indexOf(name) + 1) % families.length]);
    writeFileSync(file, readFileSync(file, "utf8").replace(/(tag-048: )\S+/, `$1${next}`));
  }
  const settings = ["user.name=Bench", "user.email=bench@localhost"].flatMap((one) => ["-c", one]);
  execFileSync("git", ["-C", cwd, ...settings, "commit", "--quiet", "--all", "--message", "Move some"]);
  execFileSync("git", ["-C", cwd, "repack", "-adq"]);
}
