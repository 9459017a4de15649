import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aRegistry, each } from "../a-registry.js";
import { familyOf, makePointers } from "../data.js";
import { cli, limitOf, measure } from "../measure.js";
import { token } from "../servers.js";

/** `plan` of 100,000 pointers with 100 changes, against a real registry over HTTP on this machine. */
export async function remotePart({ folder, rounds }) {
  const twin = join(folder, "remote-twin");
  const cwd = makePointers(join(folder, "remote"), { pointers: 100_000, perFile: 50, twin });
  const registry = await aRegistry(join(folder, "remote-data"));
  try {
    await fill(registry, cwd);
    return measure(
      [
        {
          job: "`plan` of 100,000 pointers, 100 changes",
          run: { args: [cli, "plan"], cwd, env: registry.env },
          limit: "the JSON twin by `git cat-file --batch`, and the raw pages with undici",
          against: limitOf("cat-json", twin, registry.url, token),
          goal: 1.5,
        },
      ],
      Math.min(rounds, 7),
    );
  } finally {
    await registry.stop();
  }
}

/** Puts the repository's pointers on the registry, and then moves 100 of them in a commit. */
async function fill({ send }, cwd) {
  const families = Array.from({ length: 2000 }, (_, file) => familyOf(file));
  const ids = new Map();
  await each(families, async (name) =>
    ids.set(name, (await send("POST", "/v4/pipelines", { name, image: name })).id),
  );
  // The ids are the registry's: the files name these.
  for (const [name, id] of ids) {
    const file = join(cwd, "pointers", `${name}.yaml`);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(/pipeline_\d+x\d+/g, id));
  }
  await each(families, async (name) => {
    for (let index = 0; index < 50; index += 1)
      await send("POST", "/v4/pointers", {
        pointer: `${name}:tag-${String(index).padStart(3, "0")}`,
        pointer_or_pipeline_id: ids.get(name),
      });
  });
  for (const name of families.slice(0, 100)) {
    const file = join(cwd, "pointers", `${name}.yaml`);
    const next = ids.get(families[(families.indexOf(name) + 1) % families.length]);
    writeFileSync(file, readFileSync(file, "utf8").replace(/(tag-048: )\S+/, `$1${next}`));
  }
  const settings = ["user.name=Bench", "user.email=bench@localhost"].flatMap((one) => ["-c", one]);
  execFileSync("git", ["-C", cwd, ...settings, "commit", "--quiet", "--all", "--message", "Move some"]);
  execFileSync("git", ["-C", cwd, "repack", "-adq"]);
}
