import { lstat, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { PointsmanError } from "../errors.ts";
import { type SourceFile, maxFileSize } from "../model/source-file.ts";
import { printable } from "../pointer/printable.ts";

/** Files read at a time: some systems let a process have 256 open. */
const atATime = 64;

/**
 * Every file at or below a path of the working tree, by plain reads. Symbolic links are named, never
 * followed: neither those that stand there nor those on the way.
 * @param workTree the folder of the working tree
 * @param path from that folder, with forward slashes
 * @throws PointsmanError `file-invalid` where something may not be read
 */
export async function readWorkingTree(workTree: string, path: string): Promise<SourceFile[]> {
  const link = await linkOnTheWay(workTree, path);
  if (link !== null) return [{ path: link, kind: "symlink", bytes: null }];
  const paths = await pathsBelow(workTree, path);
  const files: SourceFile[] = [];
  for (let start = 0; start < paths.length; start += atATime) {
    const batch = paths.slice(start, start + atATime).map((one) => readOne(workTree, one));
    files.push(...(await Promise.all(batch)).filter((file) => file !== null));
  }
  return files;
}

async function linkOnTheWay(workTree: string, path: string): Promise<string | null> {
  const steps = path.split("/");
  for (const depth of steps.keys()) {
    const folder = steps.slice(0, depth).join("/");
    if ((await about(workTree, folder))?.isSymbolicLink() === true) return folder;
  }
  return null;
}

async function pathsBelow(workTree: string, path: string): Promise<string[]> {
  if ((await about(workTree, path))?.isDirectory() !== true) return [path];
  const paths: string[] = [];
  const entries = await readdir(join(workTree, path), { withFileTypes: true }).catch(refuse(path));
  for (const entry of entries) {
    if (entry.name === ".git") continue;
    const inside = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...(await pathsBelow(workTree, inside)));
    else paths.push(inside);
  }
  return paths;
}

async function readOne(workTree: string, path: string): Promise<SourceFile | null> {
  const info = await about(workTree, path);
  if (info === null) return null;
  if (info.isSymbolicLink()) return { path, kind: "symlink", bytes: null };
  // Neither a socket nor a device is ever opened; files that nobody reads are not read here either.
  const isRead = info.isFile() && info.size <= maxFileSize && /\.ya?ml$/i.test(path);
  return {
    path,
    kind: "file",
    bytes: isRead ? await readFile(join(workTree, path)).catch(refuse(path)) : null,
  };
}

/** Null where there is nothing. */
async function about(workTree: string, path: string): Promise<Awaited<ReturnType<typeof lstat>> | null> {
  return lstat(join(workTree, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    return refuse(path)(error);
  });
}

function refuse(path: string): (error: Error) => never {
  return (error) => {
    const { code = error.message } = error as NodeJS.ErrnoException;
    const why = code === "EACCES" ? "its permissions forbid it" : code;
    throw new PointsmanError("file-invalid", `${printable(path)} cannot be read: ${why}.`, { cause: error });
  };
}
