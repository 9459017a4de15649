import type { CommitChange, FileChange } from "../model/repo.ts";

/** The arguments of `git log` that `readLog` understands: first parents, raw changes, NUL between all. */
export const logArguments = [
  "log",
  "--first-parent",
  "--diff-merges=first-parent",
  "--raw",
  "-z",
  "--no-renames",
  "--no-abbrev",
  "--root",
  "--no-show-signature",
  "--encoding=UTF-8",
  "--format=%x01%H%x00%P%x00%an%x00%cI%x00%s",
] as const;

/** Commits out of the output of `git log` with `logArguments`, as it comes. */
export async function* readLog(output: AsyncIterable<Buffer>): AsyncIterable<CommitChange> {
  let fields: string[] = [];
  for await (const field of fieldsOf(output)) {
    // Each commit starts with a control character that none of its fields can have.
    if (field.startsWith("\u0001") && fields.length > 0) {
      yield readCommit(fields);
      fields = [];
    }
    fields.push(field);
  }
  if (fields.length > 0) yield readCommit(fields);
}

async function* fieldsOf(output: AsyncIterable<Buffer>): AsyncIterable<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of output) {
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = data.indexOf(0); end !== -1; end = data.indexOf(0)) {
      yield data.toString("utf8", 0, end);
      data = data.subarray(end + 1);
    }
    rest = data;
  }
  if (rest.length > 0) yield rest.toString("utf8");
}

function readCommit([
  id = "",
  parents = "",
  author = "",
  date = "",
  subject = "",
  ...raw
]: string[]): CommitChange {
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
  return { id: id.slice(1), parents: parents === "" ? [] : parents.split(" "), author, date, subject, files };
}

function isRegular(mode: string): boolean {
  return mode.startsWith("100");
}
