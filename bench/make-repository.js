// Makes a pointer repository of a given size with a long history: the same one for the same numbers.
//   node bench/make-repository.js FOLDER [--commits 20000] [--files 150] [--pointers 10000] [--seed 1]
// Prints what it made as JSON. The repository is bare and packed; its branch is main.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/**
 * @param {string} folder where the bare repository is to be
 * @param {{ commits?: number, files?: number, pointers?: number, seed?: number }} [size]
 * @returns {Promise<{ folder: string, pointers: Record<string, string[]> }>} every pointer with the
 * targets it had, the newest last
 */
export async function makeRepository(
  folder,
  { commits = 20_000, files = 150, pointers = 10_000, seed = 1 } = {},
) {
  mkdirSync(folder, { recursive: true });
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch", "main", folder]);
  const importer = spawn("git", ["-C", folder, "fast-import", "--quiet"], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = once(importer, "close");
  const write = async (/** @type {string} */ text) => {
    if (!importer.stdin.write(text)) await once(importer.stdin, "drain");
  };
  const random = randomFrom(seed);
  const people = ["Ada Lovelace", "Grace Hopper", "Katherine Johnson", "Alan Turing", "Barbara Liskov"];

  /** @type {Map<string, string>[]} the targets in each file, by name */
  const state = Array.from({ length: files }, () => new Map());
  /** @type {Record<string, string[]>} */
  const targets = {};
  const familyOf = (/** @type {number} */ file) => `team${file % 10}/model${file}`;
  const declare = (/** @type {number} */ file, /** @type {string} */ name, /** @type {string} */ target) => {
    state[file]?.set(name, target);
    (targets[name] ??= []).push(target);
  };
  const changeOf = (/** @type {number} */ file) => {
    const entries = [...(state[file] ?? [])].map(([name, target]) => `  ${name}: ${target}\n`);
    return `M 100644 inline pointers/${familyOf(file)}.yaml\n${data(`pointers:\n${entries.join("\n")}`)}`;
  };
  const commit = async (
    /** @type {number} */ number,
    /** @type {string} */ subject,
    /** @type {string} */ changes,
  ) => {
    const who = people[number % people.length];
    const when = `${who} <${who?.split(" ")[0]?.toLowerCase()}@example.com> ${1_600_000_000 + number * 600} +0000`;
    await write(`commit refs/heads/main\nauthor ${when}\ncommitter ${when}\n${data(subject)}${changes}\n`);
  };

  // A good part of the names is there from the start; the others come one by one.
  const config = `M 100644 inline pointsman.yaml\n${data("version: 1\nbranch: main\n")}`;
  let made = 0;
  const nameNext = () => {
    const file = made % files;
    const name = `${familyOf(file)}:tag-${String(Math.floor(made / files)).padStart(3, "0")}`;
    made += 1;
    return { file, name };
  };
  for (let number = 1; number <= pointers * 0.8; number += 1) {
    const { file, name } = nameNext();
    declare(file, name, `pipeline_first${number}`);
  }
  await commit(0, "Import the pointers", config + state.map((_, file) => changeOf(file)).join(""));
  const additionEvery = Math.max(1, Math.floor((commits - 1) / (pointers * 0.2 + 1)));
  for (let number = 1; number < commits; number += 1) {
    if (number % additionEvery === 0 && made < pointers) {
      const { file, name } = nameNext();
      declare(file, name, `pipeline_new${number}`);
      await commit(number, `Add ${name}`, changeOf(file));
      continue;
    }
    // Few pipelines move often and most seldom, as it is in real teams.
    const file = Math.floor(random() ** 3 * files);
    const names = [...(state[file]?.keys() ?? [])];
    const name = names[Math.floor(random() ** 2 * names.length)] ?? "";
    const latest = names[0] ?? "";
    const chain = name !== latest && random() < 0.1;
    declare(file, name, chain ? latest : `pipeline_m${number}`);
    await commit(number, `Move ${name}`, changeOf(file));
  }
  importer.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import exited ${code}`);
  execFileSync("git", ["-C", folder, "repack", "-adq", "--depth=50", "--window=10"]);
  return { folder, pointers: targets };
}

function data(/** @type {string} */ text) {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

/** mulberry32: small, and the same everywhere. */
function randomFrom(/** @type {number} */ seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const number = /** @type {const} */ ({ type: "string" });
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { commits: number, files: number, pointers: number, seed: number },
  });
  const size = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  const { folder, pointers } = await makeRepository(
    positionals[0] ?? join(process.cwd(), "bench-repository"),
    size,
  );
  console.log(JSON.stringify({ folder, pointers: Object.keys(pointers).length }));
}
