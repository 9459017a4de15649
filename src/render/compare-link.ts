import type { ModelSource } from "../model/source.ts";

/** Whose pages a host has. */
export type Forge = "github" | "gitlab";

/** Hosts of forges, besides the two that everybody knows: a CI job knows its own. */
export type Forges = Readonly<Record<string, Forge>>;

const known: Forges = { "github.com": "github", "gitlab.com": "gitlab" };

/**
 * The page that compares two commits of a model's repository. What a pipeline says of itself is anybody's
 * text: the address is made anew of steps and ids of plain letters, on a host that is known, or there is none.
 * @returns null also where the two are of different repositories or one commit
 */
export function compareLink(before: ModelSource, after: ModelSource, forges: Forges): string | null {
  const repository = repositoryOf(after);
  if (repository === null || repositoryOf(before)?.address !== repository.address) return null;
  const commits = [before.commit, after.commit];
  if (!commits.every((commit) => /^[0-9a-f]{7,64}$/.test(commit)) || before.commit === after.commit)
    return null;
  const { host, steps, address } = repository;
  const forge = Object.hasOwn(forges, host)
    ? forges[host]
    : Object.hasOwn(known, host)
      ? known[host]
      : undefined;
  if (forge === undefined || (forge === "github" && steps.length !== 2)) return null;
  return `${address}/${forge === "gitlab" ? "-/" : ""}compare/${commits.join("...")}`;
}

/** A repository's web address in its parts; null where it is any other text. */
function repositoryOf({
  repository,
}: ModelSource): { host: string; steps: readonly string[]; address: string } | null {
  const [, host, path = ""] = /^https:\/\/([a-z0-9.-]+(?::\d{1,5})?)\/([\w./-]+)$/.exec(repository) ?? [];
  const steps = path.replace(/\.git$/, "").split("/");
  // GitLab's own pages are below "-".
  const isStep = (step: string): boolean => /^[\w.-]*\w[\w.-]*$/.test(step);
  if (host === undefined || steps.length < 2 || !steps.every(isStep)) return null;
  return { host, steps, address: `https://${host}/${steps.join("/")}` };
}
