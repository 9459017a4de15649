import { type Stats, lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PointsmanError } from "../errors.ts";
import { type SourceFile, maxFileSize } from "../model/source-file.ts";
import { printable } from "../pointer/printable.ts";
import { counted } from "../profile.ts";

/**
 * Every file at or below a path of the working tree, by plain reads. Symbolic links are named, never
 * followed: neither those that stand there nor those on the way. One after the other and without turns
 * of the event loop: of thousands of small files these would take most of the time.
 * @param workTree the folder of the working tree
 * @param path from that folder, with forward slashes
 * @throws PointsmanError `file-invalid` where something may not be read
 */
export async function readWorkingTree(workTree: string, path: string): Promise<SourceFile[]> {
  const link = linkOnTheWay(workTree, path);
  if (link !== null) return [{ path: link, kind: "symlink", bytes: null }];
  return pathsBelow(workTree, path).flatMap((one) => readOne(workTree, one) ?? []);
}

function linkOnTheWay(workTree: string, path: string): string | null {
  const steps = path.split("/");
  for (const depth of steps.keys()) {
    const folder = steps.slice(0, depth).join("/");
    if (about(workTree, folder)?.isSymbolicLink() === true) return folder;
  }
  return null;
}

function pathsBelow(workTree: string, path: string): string[] {
  if (about(workTree, path)?.isDirectory() !== true) return [path];
  const paths: string[] = [];
  const entries = reading(path, () => readdirSync(join(workTree, path), { withFileTypes: true }));
  for (const entry of entries) {
    if (entry.name === ".git") continue;
    const inside = path === "" ? entry.name : `${path}/${entry.name}`;
    if (!entry.isDirectory()) paths.push(inside);
    else for (const below of pathsBelow(workTree, inside)) paths.push(below);
  }
  return paths;
}

function readOne(workTree: string, path: string): SourceFile | null {
  const info = about(workTree, path);
  if (info === null) return null;
  if (info.isSymbolicLink()) return { path, kind: "symlink", bytes: null };
  // Neither a socket nor a device is ever opened; files that nobody reads are not read here either.
  const isRead = info.isFile() && info.size <= maxFileSize && /\.ya?ml$/i.test(path);
  if (isRead) counted("files");
  const bytes = isRead ? reading(path, () => readFileSync(join(workTree, path))) : null;
  return { path, kind: "file", bytes };
}

/** Null where there is nothing. */
function about(workTree: string, path: string): Stats | null {
  return reading(path, () => {
    try {
      return lstatSync(join(workTree, path));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return null;
      throw error;
    }
  });
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const why = code === "EACCES" ? "its permissions forbid it" : code;
    throw new PointsmanError("file-invalid", `${printable(path)} cannot be read: ${why}.`, { cause: error });
  }
}
