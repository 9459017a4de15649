import type { Run } from "./job.ts";
import { at, numberAt, textAt } from "./payload.ts";

/** What a note of ours is about, hidden in its first line. It is believed of our own notes alone. */
export interface Mark {
  readonly purpose: "review" | "drift";
  /** The folder of the pointer repository: a job each may watch several. */
  readonly folder: string;
  /** The remote that the job names, as several do beside each other; "" where it takes the usual one. */
  readonly remote: string;
  /** The commit that it tells of. */
  readonly head: string;
  readonly run: Pick<Run, "id" | "attempt">;
}

/** The mark as a comment that no renderer of Markdown shows. */
export function writeMark({ purpose, folder, remote, head, run }: Mark): string {
  // Neither `-->` nor a line break gets into it from a name.
  const json = JSON.stringify({ folder, remote, head, run: run.id, attempt: run.attempt });
  return `<!-- pointsman:${purpose} ${json.replace(/[<>-]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)} -->`;
}

/** The mark of a note: where it does not begin with one, null. */
export function readMark(body: string): Mark | null {
  const [, purpose, json = ""] = /^<!-- pointsman:(review|drift) (\{[^\r\n]*\}) -->/.exec(body) ?? [];
  if (purpose !== "review" && purpose !== "drift") return null;
  try {
    const value: unknown = JSON.parse(json);
    const [head, id, attempt] = [textAt(value, "head"), numberAt(value, "run"), numberAt(value, "attempt")];
    const [folder, remote] = [at(value, "folder"), at(value, "remote")];
    if (head === undefined || id === undefined || attempt === undefined) return null;
    if (typeof folder !== "string" || typeof remote !== "string") return null;
    return { purpose, folder, remote, head, run: { id, attempt } };
  } catch {
    return null;
  }
}

/** Whether two notes are the same one, at other times. */
export function isSameNote(a: Mark, b: Mark): boolean {
  return a.purpose === b.purpose && a.folder === b.folder && a.remote === b.remote;
}

/** Whether a note is of a newer run than another: the same run tried again counts as newer. */
export function isNewer(a: Mark, b: Mark): boolean {
  return a.run.id === b.run.id ? a.run.attempt > b.run.attempt : a.run.id > b.run.id;
}
