import type { FileChange } from "../model/repo.ts";
import { type TreeEntry, isFolder, isRegularFile, readableName } from "./parse-tree.ts";
import { comparePaths, isBelow } from "./paths.ts";

/** Reads a tree by its id. */
export type ReadTree = (id: string) => Promise<readonly TreeEntry[]>;

/**
 * The files that differ between two trees, by path. Folders that are the same on both sides are not
 * opened, and neither are those that no path leads into.
 * @param before the id of a tree; null for none
 * @param paths as trees have them (`rawName`), none below another; files at or below these are compared
 */
export async function compareTrees(
  before: string | null,
  after: string | null,
  paths: readonly string[],
  read: ReadTree,
): Promise<FileChange[]> {
  const found: FileChange[] = [];
  const visit = async (folder: string, olds: string | null, news: string | null): Promise<void> => {
    if (olds === news) return;
    const entriesOf = (id: string | null) => (id === null ? [] : read(id));
    const [was, is] = await Promise.all([entriesOf(olds), entriesOf(news)]);
    for (const [old, now] of pairs(was, is)) {
      if (old?.id === now?.id && old?.mode === now?.mode) continue;
      const name = (old ?? now)?.name ?? "";
      const path = folder === "" ? name : `${folder}/${name}`;
      const isWanted = paths.some((wanted) => isBelow(path, wanted));
      const isFile = [old, now].some((entry) => entry !== undefined && !isFolder(entry));
      if (isFile && isWanted)
        found.push({ path: readableName(path), before: blobOf(old), after: blobOf(now) });
      if (isWanted || paths.some((wanted) => isBelow(wanted, path)))
        await visit(path, folderOf(old), folderOf(now));
    }
  };
  await visit("", before, after);
  return found.sort((a, b) => comparePaths(a.path, b.path));
}

type Pair = readonly [TreeEntry | undefined, TreeEntry | undefined];

/** The entries of two trees side by side. Both are sorted, and a folder never meets a file. */
function* pairs(was: readonly TreeEntry[], is: readonly TreeEntry[]): Iterable<Pair> {
  let [a, b] = [0, 0];
  while (a < was.length || b < is.length) {
    const [old, now] = [was[a], is[b]];
    const order = old === undefined ? 1 : now === undefined ? -1 : compareEntries(old, now);
    if (order <= 0) a += 1;
    if (order >= 0) b += 1;
    yield [order <= 0 ? old : undefined, order >= 0 ? now : undefined];
  }
}

/** Git sorts a folder as if its name ended with a slash. */
function compareEntries(a: TreeEntry, b: TreeEntry): number {
  if (a.name === b.name && isFolder(a) === isFolder(b)) return 0;
  return comparePaths(isFolder(a) ? `${a.name}/` : a.name, isFolder(b) ? `${b.name}/` : b.name);
}

function blobOf(entry: TreeEntry | undefined): string | null {
  return entry !== undefined && isRegularFile(entry) ? entry.id : null;
}

function folderOf(entry: TreeEntry | undefined): string | null {
  return entry !== undefined && isFolder(entry) ? entry.id : null;
}
