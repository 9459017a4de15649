import type { CommitInfo } from "../model/repo.ts";
import { isoDate } from "./commit-date.ts";

/** What a commit object says that is needed to walk through history. */
export interface CommitLinks {
  readonly tree: string;
  readonly parents: readonly string[];
  /** When it was committed, in seconds since 1970; 0 where it does not say. */
  readonly time: number;
}

/**
 * The links of a commit, read by position as git does: one `tree`, the `parent`s that follow it, then
 * everything else.
 * @param bytes the content of the object
 */
export function parseLinks(bytes: Buffer): CommitLinks {
  const head = headersOf(bytes);
  const [, tree = "", parents = ""] = /^tree ([0-9a-f]{40})\n((?:parent [0-9a-f]{40}\n)*)/.exec(head) ?? [];
  const time = /^\d+/.exec(identity(head, "committer").date)?.[0] ?? "0";
  return { tree, parents: [...parents.matchAll(/[0-9a-f]{40}/g)].map(([id]) => id), time: Number(time) };
}

/**
 * What people ask of a commit, as `git log --encoding=UTF-8` prints it.
 * @param parents those that this clone goes on to
 */
export function parseInfo(id: string, parents: readonly string[], bytes: Buffer): CommitInfo {
  const head = headersOf(bytes);
  const encoding = /^encoding (.+)$/m.exec(head)?.[1] ?? "utf-8";
  return {
    id,
    parents,
    author: decode(identity(head, "author").name, encoding),
    // To git, a time without a zone is none.
    date: isoDate(/^\d+ [+-]\d+/.exec(identity(head, "committer").date)?.[0] ?? ""),
    subject: decode(subjectOf(bytes.toString("latin1", head.length + 1)), encoding),
  };
}

/** The headers, each byte a character, with the last one's line break. */
function headersOf(bytes: Buffer): string {
  const end = bytes.indexOf("\n\n");
  return bytes.toString("latin1", 0, end === -1 ? bytes.length : end + 1);
}

/** `author NAME <MAIL> SECONDS ZONE`, as git's split_ident_line takes it apart. */
function identity(head: string, role: "author" | "committer"): { name: string; date: string } {
  const line = new RegExp(`^${role} (.*)$`, "m").exec(head)?.[1] ?? "";
  // Git's own space: of UTF-8 read byte by byte, half of an `à` would be one to a regular expression's.
  const [, name = "", behind = ""] = /^([^<]*?)[ \t\r]*<[^>]*>(.*)$/.exec(line) ?? [];
  // Some mail addresses have brackets in them: the date stands behind the last.
  return { name, date: behind.slice(behind.lastIndexOf(">") + 1).trim() };
}

/** The first paragraph in one line. Like git, it ends a message at a NUL and knows four kinds of space. */
function subjectOf(message: string): string {
  const lines = (message.split("\0")[0] ?? "").split("\n").map((line) => line.replace(/[ \t\r]+$/, ""));
  const start = lines.findIndex((line) => line !== "");
  if (start === -1) return "";
  const end = lines.indexOf("", start);
  return lines.slice(start, end === -1 ? lines.length : end).join(" ");
}

/** Bytes that are not what the commit says they are, or of an encoding nobody knows, are taken as UTF-8. */
function decode(latin1: string, encoding: string): string {
  const bytes = Buffer.from(latin1, "latin1");
  if (/^(iso-?8859-1|latin-?1)$/i.test(encoding)) return latin1;
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString("utf8");
  }
}
