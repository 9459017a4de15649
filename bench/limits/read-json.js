// The least that could read all pointers of a working tree: the files, and JSON.parse of the same data.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [folder = "."] = process.argv.slice(2);
let count = 0;
for (const entry of readdirSync(join(folder, "pointers"), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const { pointers } = JSON.parse(readFileSync(join(entry.parentPath ?? entry.path, entry.name), "utf8"));
  count += Object.keys(pointers).length;
}
console.log(count);
