import { PointsmanError } from "../errors.ts";
import type { Repo } from "../model/repo.ts";
import { nearest } from "../pointer/nearest.ts";
import { printable } from "../pointer/printable.ts";

/**
 * The commit that a ref names which a person wrote: of one that names none, the error says what it is
 * a typing error of.
 * @throws PointsmanError `ref-unknown`
 */
export async function resolveRef(repo: Repo, ref: string): Promise<string> {
  try {
    return await repo.resolve(ref);
  } catch (error) {
    if (!(error instanceof PointsmanError) || error.code !== "ref-unknown") throw error;
    const near = await nearRef(ref, repo);
    if (near === undefined) throw error;
    throw new PointsmanError("ref-unknown", error.message, { hint: `Did you mean ${near}?` });
  }
}

/**
 * The name of a branch, a remote's branch or a tag that is near to one that there is not, with the same way back
 * from it, as it may be shown. Undefined where none is near.
 */
export async function nearRef(ref: string, repo: Repo): Promise<string | undefined> {
  const [, name = "", back = ""] = /^([^~^]*)(.*)$/s.exec(ref) ?? [];
  // What cannot be listed is no reason to say less of the ref than is known already.
  const names = new Set(["HEAD", ...(await repo.refs().catch(() => [])).flatMap(namesOf)]);
  // It is the way back that leads nowhere.
  if (names.has(name)) return undefined;
  const near = nearest(name, names);
  return near === undefined ? undefined : printable(`${near}${back}`);
}

/** How people write a ref, in full too; a branch of the git server also without its name. */
function namesOf(ref: string): string[] {
  const short = ref.replace(/^refs\/(heads|tags|remotes)\//, "");
  return [ref, short, short.replace(/^origin\//, "")];
}
