import { type FileHandle, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PointsmanError } from "../errors.ts";
import { printable } from "../pointer/printable.ts";
import { writeTrouble } from "./file-trouble.ts";

/** A file of the working tree, as it is to be. */
export interface FileText {
  /** From the root of the working tree, with forward slashes. */
  readonly path: string;
  /** Null deletes the file. */
  readonly text: string | null;
}

/**
 * Writes a file of the working tree whole or not at all, or deletes it. No symbolic link on the way
 * is followed: it could lead out of the repository.
 * @throws PointsmanError `file-invalid`
 */
export async function writeRepositoryFile(workTree: string, file: FileText): Promise<void> {
  await writeRepositoryFiles(workTree, [file], async () => {});
}

/**
 * The same of several files, each drafted beside itself under a name that one process at a time can have, as git locks
 * its own.
 * @param check runs once nobody else can write them; none of them is written where it throws
 */
export async function writeRepositoryFiles(
  workTree: string,
  files: readonly FileText[],
  check: () => Promise<void>,
): Promise<void> {
  for (const { path } of files) await refuseLinks(workTree, path);
  const drafts = new Set<string>();
  try {
    // In one order, so that no two processes wait for each other.
    for (const file of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
      await writing(file, async () => {
        const draft = await openDraft(workTree, file);
        // From here on it is left nowhere, also where it cannot be filled.
        drafts.add(draftOf(join(workTree, file.path)));
        try {
          await draft.writeFile(file.text ?? "");
        } finally {
          await draft.close();
        }
      });
    }
    await check();
    for (const file of files) {
      const target = join(workTree, file.path);
      await writing(file, () => (file.text === null ? rm(target) : rename(draftOf(target), target)));
      // From here on it may be somebody else's.
      if (file.text !== null) drafts.delete(draftOf(target));
    }
  } finally {
    for (const left of drafts) await rm(left, { force: true });
  }
}

async function refuseLinks(workTree: string, path: string): Promise<void> {
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
}

const draftOf = (target: string): string => `${target}.lock`;

/** How long one other process may take to write a file, in ms; a thousand times what it needs. */
const patience = 2000;

async function openDraft(workTree: string, { path, text }: FileText): Promise<FileHandle> {
  const target = join(workTree, path);
  if (text !== null) await mkdir(dirname(target), { recursive: true });
  let theirs: number | undefined;
  for (let since = performance.now(); ; await sleep(5)) {
    try {
      return await open(draftOf(target), "wx");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const made = (await lstat(draftOf(target)).catch(() => null))?.mtimeMs;
      // Many may have their turn before.
      if (made === undefined || made !== theirs) [theirs, since] = [made, performance.now()];
      if (performance.now() - since > patience) {
        throw new PointsmanError(
          "file-invalid",
          `${printable(draftOf(path))} is there: another command is writing that file.`,
          {
            hint: "Nothing was written. If there is none, one was cut off: delete that file.",
          },
        );
      }
    }
  }
}

async function writing(file: FileText, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof PointsmanError) throw error;
    throw new PointsmanError(
      "file-invalid",
      `${printable(file.path)} cannot be written: ${writeTrouble(error)}.`,
      { cause: error },
    );
  }
}
