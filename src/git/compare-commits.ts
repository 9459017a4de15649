import type { FileChange } from "../model/repo.ts";
import { compareTrees } from "./compare-trees.ts";
import type { ObjectReader } from "./object-reader.ts";
import { type TreeEntry, parseTree, rawName } from "./parse-tree.ts";
import { outermost } from "./paths.ts";

/** Folders that are opened; where more differ, a process of git's own is not the longest part. */
const mostTrees = 64;

/**
 * The files at or below some paths that differ between two commits, without a process of its own.
 * @param before null compares with nothing
 * @returns undefined where a tree is not to be had so, or many differ: git has to say it
 */
export async function compareCommits(
  objects: ObjectReader,
  before: string | null,
  after: string,
  paths: readonly string[],
): Promise<FileChange[] | undefined> {
  const known = new Map<string, readonly TreeEntry[]>();
  const read = async (name: string): Promise<{ id: string; entries: readonly TreeEntry[] }> => {
    const entries = known.get(name);
    if (entries !== undefined) return { id: name, entries };
    const [tree] = known.size < mostTrees ? await objects.read([name]) : [];
    if (tree?.type !== "tree" || tree.bytes === null) throw unread;
    const parsed = parseTree(tree.bytes, tree.id.length / 2);
    known.set(tree.id, parsed);
    return { id: tree.id, entries: parsed };
  };
  try {
    const from = before === null ? null : (await read(`${before}:`)).id;
    const to = (await read(`${after}:`)).id;
    return await compareTrees(
      from,
      to,
      outermost(paths.map(rawName)),
      async (id) => (await read(id)).entries,
    );
  } catch (error) {
    if (error === unread) return undefined;
    throw error;
  }
}

const unread = new Error("A tree cannot be read so.");
