import { lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { PointsmanError } from "../errors.ts";

/**
 * Writes a file of the working tree whole or not at all, or deletes it. No symbolic link on the way
 * is followed: it could lead out of the repository.
 * @param path from the root of the working tree, with forward slashes
 * @param text null deletes the file
 * @throws PointsmanError `file-invalid`
 */
export async function writeRepositoryFile(
  workTree: string,
  path: string,
  text: string | null,
): Promise<void> {
  const steps = path.split("/");
  for (const depth of steps.keys()) {
    const part = steps.slice(0, depth + 1).join("/");
    const info = await lstat(join(workTree, part)).catch(() => null);
    if (info?.isSymbolicLink() === true) {
      throw new PointsmanError("file-invalid", `${part} is a symbolic link: nothing is written through it.`);
    }
  }
  const target = join(workTree, path);
  if (text === null) return rm(target);
  try {
    await mkdir(dirname(target), { recursive: true });
    const draft = `${target}.${randomUUID()}.tmp`;
    await writeFile(draft, text, { flag: "wx" });
    await rename(draft, target);
  } catch (error) {
    throw new PointsmanError("file-invalid", `${path} cannot be written: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
