import type { ObjectReader } from "./object-reader.ts";
import { type TreeEntry, isFolder, parseTree, readableName } from "./parse-tree.ts";

/** A file, link or submodule of a commit. */
export interface Listed {
  readonly path: string;
  /** Six digits: see `TreeEntry`. */
  readonly mode: string;
  readonly id: string;
}

/** A pull request may bring folders that name one another many times: unfolded, they would fill all memory. */
const mostEntries = 250_000;
const mostDepth = 200;
/** Folders whose entries are in memory at once. */
const atATime = 256;

/**
 * Everything below a folder of a commit, in the order of git's `ls-tree -r`: few questions for all folders of a depth,
 * and no process of its own.
 * @param path of one folder, as plain as `fileAt` takes it; "" for the whole commit
 * @returns undefined where a tree is not to be had so, or is too large or deep: git has to say it
 */
export async function listBelow(
  objects: ObjectReader,
  commit: string,
  path: string,
): Promise<Listed[] | undefined> {
  const trees = new Map<string, readonly TreeEntry[]>();
  let todo: readonly (readonly [path: string, name: string])[] = [[path, `${commit}:${path}`]];
  let count = 0;
  for (let depth = 0; todo.length > 0; depth += 1) {
    if (depth > mostDepth) return undefined;
    const next: [string, string][] = [];
    for (let at = 0; at < todo.length; at += atATime) {
      const asked = todo.slice(at, at + atATime);
      const answers = await objects.read(asked.map(([, name]) => name));
      for (const [index, [folder]] of asked.entries()) {
        const tree = answers[index];
        if (tree?.type !== "tree" || tree.bytes === null) return undefined;
        const entries = parseTree(tree.bytes, tree.id.length / 2);
        count += entries.length;
        if (count > mostEntries) return undefined;
        trees.set(folder, entries);
        for (const entry of entries) if (isFolder(entry)) next.push([inside(folder, entry), entry.id]);
      }
    }
    todo = next;
  }
  const found: Listed[] = [];
  const collect = (folder: string): void => {
    for (const entry of trees.get(folder) ?? []) {
      const at = inside(folder, entry);
      if (isFolder(entry)) collect(at);
      else found.push({ path: at, mode: entry.mode, id: entry.id });
    }
  };
  collect(path);
  return found;
}

function inside(folder: string, { name }: TreeEntry): string {
  return folder === "" ? readableName(name) : `${folder}/${readableName(name)}`;
}
