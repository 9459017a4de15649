import { PointsmanError } from "../errors.ts";
import type { Repo } from "../model/repo.ts";
import { printable } from "../pointer/printable.ts";

/** A repository whose missing and damaged objects are said as something that the user can mend. */
export function explainErrors(repo: Repo, gitDir: string): Repo {
  const explain = (error: unknown): never => {
    throw explained(error, gitDir);
  };
  return {
    ...repo,
    head: () => repo.head().catch(explain),
    branch: () => repo.branch().catch(explain),
    resolve: (ref) => repo.resolve(ref).catch(explain),
    refs: () => repo.refs().catch(explain),
    files: (commit, path) => repo.files(commit, path).catch(explain),
    compare: (before, after, paths) => repo.compare(before, after, paths).catch(explain),
    contents: (ids) => repo.contents(ids).catch(explain),
    mergeBase: (a, b) => repo.mergeBase(a, b).catch(explain),
    isShallow: () => repo.isShallow().catch(explain),
    async *history(commit, paths) {
      try {
        yield* repo.history(commit, paths);
      } catch (error) {
        explain(error);
      }
    },
  };
}

/** A file that is not there to be read, of a commit or, where that is null, of the index. */
export function missing(path: string, commit: string | null): PointsmanError {
  const of = commit === null ? "" : ` of commit ${commit.slice(0, 8)}`;
  return new PointsmanError(
    "repository-unsupported",
    `${printable(path)}${of} is missing or damaged in this clone.`,
    { hint: partialHint },
  );
}

const partialHint =
  "Shallow and partial clones lack some objects: fetch the whole history, or clone without --depth and --filter. `git fsck` says more.";

function explained(error: unknown, gitDir: string): PointsmanError {
  if (error instanceof PointsmanError) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const isMissing = code === "NotFoundError";
  const what = isMissing ? "lacks an object that this needs" : "cannot be read";
  return new PointsmanError("repository-unsupported", `${gitDir} ${what}: ${printable(String(message))}`, {
    hint: isMissing ? partialHint : "`git fsck` says more.",
    cause: error,
  });
}
