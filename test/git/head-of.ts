import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The commit that a working tree stands on. Right after a commit it is in a file, and no program needs to say it. */
export function headOf(dir: string): string {
  const read = (path: string): string => readFileSync(join(dir, ".git", path), "utf8").trim();
  try {
    const head = read("HEAD");
    const id = head.startsWith("ref: ") ? read(head.slice("ref: ".length)) : head;
    if (/^[0-9a-f]{40,64}$/.test(id)) return id;
  } catch {
    // A linked working tree, a submodule.
  }
  return execFileSync("git", ["rev-parse", "HEAD"], { cwd: dir, encoding: "utf8" }).trim();
}
