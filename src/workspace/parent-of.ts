import { PointsmanError } from "../errors.ts";
import type { Workspace } from "./open-workspace.ts";

/**
 * The first parent of a commit; null where it is the first of a history.
 * @throws PointsmanError `history-shallow` where this clone lacks it: what its files were is not known then,
 *   and they were not nothing
 */
export async function parentOf({ repo }: Workspace, commit: string): Promise<string | null> {
  const parent = await repo.resolve(`${commit}^1`).catch((error: unknown) => {
    if (error instanceof PointsmanError && error.code === "ref-unknown") return null;
    throw error;
  });
  if (parent === null && (await repo.isShallow())) {
    const message = `This clone does not have what came before ${commit.slice(0, 8)}.`;
    throw new PointsmanError("history-shallow", message, {
      hint: "Fetch the whole history: `git fetch --unshallow`; in CI, fetch-depth: 0 or GIT_DEPTH: 0.",
    });
  }
  return parent;
}
