import { configFile } from "../config/config.ts";
import type { Difference } from "../model/difference.ts";
import type { Desired } from "../model/pointer.ts";
import type { Repo } from "../model/repo.ts";
import type { FileNote, ReviewNote, TargetNote } from "../model/review-note.ts";
import { type CodeOwners, codeOwnersPaths, parseCodeOwners } from "../owners/code-owners.ts";
import { ownerCrossings } from "../owners/crossings.ts";
import { inRoot } from "../pointer/pointer-path.ts";
import type { Workspace } from "./open-workspace.ts";

/** What CI runs, on GitHub and on GitLab. */
const workflowPaths = [".github/workflows", ".github/actions", ".gitlab-ci.yml"];

/**
 * What reviewers of a change should know besides where these pointers end up in it.
 * @param targets what leads where it did, by another target
 */
export type ReviewNotes = (
  changes: readonly Difference[],
  targets: readonly TargetNote[],
  desired: Desired,
) => ReviewNote[];

/**
 * Reads what the notes on a change are made of, which has nothing to do with where pointers end up.
 * @param base the commit that the change starts from: its CODEOWNERS says who owns what
 * @param head null for the working tree, of which changed files are not told
 */
export async function reviewNotes(
  { repo, folder }: Workspace,
  { base, head }: { readonly base: string; readonly head: string | null },
): Promise<ReviewNotes> {
  const [owners, governing] = await Promise.all([
    readCodeOwners(repo, base),
    head === null ? [] : governingFiles(repo, base, head, inRoot(configFile, folder)),
  ]);
  return (changes, targets, desired) => {
    const pointers = [...changes, ...targets].map(({ pointer }) => pointer);
    return [...governing, ...targets, ...(owners === null ? [] : ownerCrossings(pointers, desired, owners))];
  };
}

async function governingFiles(repo: Repo, base: string, head: string, config: string): Promise<FileNote[]> {
  const changed = await repo.compare(base, head, [config, ...workflowPaths, ...codeOwnersPaths]);
  return changed.map(({ path }) => ({
    kind: path === config ? "config" : codeOwnersPaths.includes(path) ? "codeowners" : "workflow",
    file: path,
  }));
}

/** Null where there is none. */
async function readCodeOwners(repo: Repo, commit: string): Promise<CodeOwners | null> {
  const files = await repo.compare(null, commit, codeOwnersPaths);
  const ids = codeOwnersPaths.flatMap((path) => files.find((file) => file.path === path)?.after ?? []);
  const [id] = ids;
  const bytes = id === undefined ? undefined : (await repo.contents([id])).get(id);
  return bytes == null ? null : parseCodeOwners(new TextDecoder().decode(bytes));
}
