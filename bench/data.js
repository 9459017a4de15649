import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A pointer repository of one commit, half of whose pointers chain onto another one, and its twin: the same
 * data in JSON files. Both the same for the same numbers.
 * @param {string} folder
 * @param {{ pointers: number, perFile: number, isPacked?: boolean, twin?: string }} size
 */
export function makePointers(folder, { pointers, perFile, isPacked = true, twin }) {
  put(folder, "pointsman.yaml", "version: 1\nbranch: main\n");
  for (let file = 0; file * perFile < pointers; file += 1) {
    const family = familyOf(file);
    const count = Math.min(perFile, pointers - file * perFile);
    const entries = Array.from({ length: count }, (_, index) => [
      tag(family, index),
      targetOf(family, file, index),
    ]);
    const lines = entries.map(([name, target]) => `  ${name}: ${target}\n`);
    put(folder, `pointers/${family}.yaml`, `pointers:\n${lines.join("\n")}`);
    if (twin !== undefined)
      put(twin, `pointers/${family}.json`, JSON.stringify({ pointers: Object.fromEntries(entries) }));
  }
  for (const repository of twin === undefined ? [folder] : [folder, twin]) commitAll(repository, isPacked);
  return folder;
}

/** The first pointer of a file; the second one chains onto it. */
export const tag = (family, index) => `${family}:tag-${String(index).padStart(3, "0")}`;
export const familyOf = (file) => `team${file % 20}/model${file}`;

function targetOf(family, file, index) {
  return index % 2 === 1 ? tag(family, index - 1) : `pipeline_${file}x${index}`;
}

function put(folder, path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function commitAll(folder, isPacked) {
  const settings = ["user.name=Bench", "user.email=bench@localhost", "gc.auto=0"].flatMap((one) => [
    "-c",
    one,
  ]);
  const git = (...args) =>
    execFileSync("git", ["-C", folder, ...settings, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  git("init", "--quiet", "--initial-branch", "main");
  git("add", ".");
  git("commit", "--quiet", "--message", "All pointers");
  if (isPacked) git("repack", "-adq");
}
