import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The commit of HEAD by the files that most repositories keep it in, without a turn of the event loop;
 * null where it is kept in another way. Good for what is made sure of later.
 */
export function guessTip(gitDir: string): string | null {
  const head = textOf(join(gitDir, "HEAD"));
  const ref = /^ref: (refs\/heads\/[^\s]+)\s*$/.exec(head)?.[1];
  if (ref === undefined) return idIn(head);
  return idIn(textOf(join(gitDir, ref))) ?? packedId(gitDir, ref);
}

function packedId(gitDir: string, ref: string): string | null {
  const refs = textOf(join(gitDir, "packed-refs"));
  const end = refs.indexOf(` ${ref}\n`);
  return end === -1 ? null : idIn(refs.slice(refs.lastIndexOf("\n", end) + 1, end));
}

function idIn(text: string): string | null {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.exec(text.trim())?.[0] ?? null;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
