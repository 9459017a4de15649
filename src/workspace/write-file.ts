import { lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { PointsmanError } from "../errors.ts";
import { printable } from "../pointer/printable.ts";
import { writeTrouble } from "./file-trouble.ts";

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
      throw new PointsmanError(
        "file-invalid",
        `${printable(part)} is a symbolic link: nothing is written through it.`,
      );
    }
  }
  const target = join(workTree, path);
  try {
    if (text === null) return await rm(target);
    await mkdir(dirname(target), { recursive: true });
    await replace(target, text);
  } catch (error) {
    throw new PointsmanError(
      "file-invalid",
      `${printable(path)} cannot be written: ${writeTrouble(error)}.`,
      {
        cause: error,
      },
    );
  }
}

async function replace(target: string, text: string): Promise<void> {
  const draft = `${target}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, text, { flag: "wx" });
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
