import type { CommitChange, FileChange } from "../model/repo.ts";
import { isoDate } from "./commit-date.ts";
import { comparePaths } from "./paths.ts";

/**
 * The arguments of `git log` that `readLog` understands: first parents, raw changes, NUL between all,
 * whatever the user's configuration says of log and diff. Needs git 2.31 (`--diff-merges`).
 */
export const logArguments = [
  "log",
  "--first-parent",
  "--diff-merges=first-parent",
  "--raw",
  "-z",
  "--no-renames",
  "--no-abbrev",
  "--root",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-relative",
  "-O/dev/null",
  "--ignore-submodules=none",
  "--no-show-signature",
  "--encoding=UTF-8",
  "--date=raw",
  "--format=%H%x00%P%x00%an%x00%cd%x00%s",
] as const;

/** How many fields the format has. */
const fieldCount = 5;

/** Commits out of the output of `git log` with `logArguments`, those together that come at once. */
export async function* readLog(output: AsyncIterable<Buffer>): AsyncIterable<CommitChange[]> {
  let fields: string[] = [];
  for await (const more of fieldsOf(output)) {
    const commits: CommitChange[] = [];
    for (const field of more) {
      // Fields are counted, never recognised by what they say: a commit says what its author likes.
      // Behind them come pairs of a line and a path; the line alone begins with a colon, an id never does.
      const isPath = fields.length > fieldCount && (fields.length - fieldCount) % 2 === 1;
      if (fields.length >= fieldCount && !isPath && !isRaw(field)) {
        commits.push(readCommit(fields));
        fields = [];
      }
      fields.push(field);
    }
    if (commits.length > 0) yield commits;
  }
  if (fields.length > 0) yield [readCommit(fields)];
}

/** Whether it is a line of `--raw`: a line break stands before the first of a commit. */
function isRaw(field: string): boolean {
  return field.charCodeAt(field.charCodeAt(0) === newline ? 1 : 0) === colon;
}

const [newline, colon] = [10, 58] as const;

/** What stands between NULs, as far as it has come. */
async function* fieldsOf(output: AsyncIterable<Buffer>): AsyncIterable<string[]> {
  let rest: Buffer[] = [];
  for await (const chunk of output) {
    const end = chunk.lastIndexOf(0);
    if (end === -1) {
      rest.push(chunk);
      continue;
    }
    const whole = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = end + 1 === chunk.length ? [] : [chunk.subarray(end + 1)];
    yield whole.toString("utf8").split("\0");
  }
  if (rest.length > 0) yield [Buffer.concat(rest).toString("utf8")];
}

function readCommit([
  id = "",
  parents = "",
  author = "",
  date = "",
  subject = "",
  ...raw
]: string[]): CommitChange {
  return {
    id,
    parents: parents === "" ? [] : parents.split(" "),
    author,
    date: isoDate(date),
    subject,
    files: readRaw(raw),
  };
}

/** What `--raw -z` says of files, a line and a path each by turns, in the order of paths. */
export function readRaw(raw: readonly string[]): FileChange[] {
  const files: FileChange[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    // `:100644 100644 OLD NEW M`, then the path. A line break stands before the first.
    const [oldMode = "", newMode = "", before = "", after = ""] = (raw[at] ?? "").trim().slice(1).split(" ");
    files.push({
      path: raw[at + 1] ?? "",
      before: isRegular(oldMode) ? before : null,
      after: isRegular(newMode) ? after : null,
    });
  }
  return files.length < 2 ? files : files.sort((a, b) => comparePaths(a.path, b.path));
}

function isRegular(mode: string): boolean {
  return mode.startsWith("100");
}
