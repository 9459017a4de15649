import type { ObjectReader } from "./object-reader.ts";
import { isFolder, parseTree, rawName } from "./parse-tree.ts";

/** One file, or link or submodule, of a commit. */
interface FileAt {
  /** Six digits: see `TreeEntry`. */
  readonly mode: string;
  readonly id: string;
  /** Null where they did not come with the answer. */
  readonly bytes: Uint8Array | null;
}

/** Whether a path may stand behind a commit and a colon: to git, some texts there are more than a path. */
export function isPlainPath(path: string): boolean {
  return /^[\w@+-][\w.@+-]*(?:\/[\w@+-][\w.@+-]*)*$/.test(path);
}

/**
 * What stands at one path of a commit, asked for in one go: every folder on the way and the file.
 * @returns null where nothing stands there; undefined for a folder, and wherever git has to say it itself
 */
export async function fileAt(
  objects: ObjectReader,
  commit: string,
  path: string,
): Promise<FileAt | null | undefined> {
  if (!isPlainPath(path)) return undefined;
  const steps = path.split("/");
  const folders = steps.map((_, depth) => `${commit}:${steps.slice(0, depth).join("/")}`);
  const answers = await objects.read([...folders, `${commit}:${path}`]);
  for (const [depth, step] of steps.entries()) {
    const tree = answers[depth];
    if (tree?.type !== "tree" || tree.bytes === null) return undefined;
    const entry = parseTree(tree.bytes, tree.id.length / 2).find(({ name }) => name === rawName(step));
    if (entry === undefined) return null;
    if (depth < steps.length - 1) {
      if (!isFolder(entry)) return null;
      continue;
    }
    if (isFolder(entry)) return undefined;
    const blob = answers.at(-1);
    const bytes = blob?.type === "blob" && blob.id === entry.id ? blob.bytes : null;
    return { mode: entry.mode, id: entry.id, bytes };
  }
  return undefined;
}
