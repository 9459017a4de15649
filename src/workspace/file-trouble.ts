import { printable } from "../pointer/printable.ts";

/** Why a file could not be read, to stand behind a colon; of what is no error of the file system, its message. */
export function readTrouble(error: unknown): string {
  return troubleOf(error, readReasons);
}

/** The same of one that could not be written. */
export function writeTrouble(error: unknown): string {
  return troubleOf(error, writeReasons);
}

const readReasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "its permissions forbid it",
};

const writeReasons: Readonly<Record<string, string>> = {
  ENOENT: "its folder is not there",
  EISDIR: "it is a folder",
  EACCES: "its permissions, or its folder's, forbid it",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  ENOTDIR: "a file stands where its folder should be",
  EEXIST: "a file stands where its folder should be",
};

function troubleOf(error: unknown, reasons: Readonly<Record<string, string>>): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ""] ?? printable(message);
}
