import type { Repo } from "../model/repo.ts";

/** The first-parent commits of a branch that `commit` does not have: none where it is the tip. */
export async function newerThan(commit: string, tip: string, repo: Repo): Promise<Set<string>> {
  const newer = new Set<string>();
  if (commit === tip) return newer;
  for await (const { id } of repo.history(tip)) {
    if ((await repo.mergeBase(id, commit)) === id) break;
    newer.add(id);
  }
  return newer;
}
