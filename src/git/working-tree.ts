import { lstat, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type SourceFile, maxFileSize } from "../model/source-file.ts";

/**
 * Every file at or below a path of the working tree, by plain reads. Symbolic links are named, never
 * followed.
 * @param workTree the folder of the working tree
 * @param path from that folder, with forward slashes
 */
export async function readWorkingTree(workTree: string, path: string): Promise<SourceFile[]> {
  const info = await lstat(join(workTree, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (info === null) return [];
  if (info.isSymbolicLink()) return [{ path, kind: "symlink", bytes: null }];
  if (info.isDirectory()) {
    const names = await readdir(join(workTree, path));
    const inside = await Promise.all(
      names
        .filter((name) => name !== ".git")
        .map((name) => readWorkingTree(workTree, path === "" ? name : `${path}/${name}`)),
    );
    return inside.flat();
  }
  // Neither a socket nor a device is ever opened; files that nobody reads are not read here either.
  const isRead = info.isFile() && info.size <= maxFileSize && /\.ya?ml$/i.test(path);
  return [{ path, kind: "file", bytes: isRead ? await readFile(join(workTree, path)) : null }];
}
