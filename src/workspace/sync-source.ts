import { gitIn } from "../git/run-git.ts";
import { webUrl } from "../git/web-url.ts";
import { infoOf } from "../history/standing.ts";
import type { Environment } from "../model/environment.ts";
import type { Source } from "../model/source.ts";
import { known, plain, sourceOfCi } from "./ci-source.ts";
import type { Workspace } from "./open-workspace.ts";

/**
 * Where the writes of a sync come from, for the registry's audit: the commit, from this repository, and the
 * CI's job; outside of CI who git says is working here.
 */
export async function sourceOfSync(
  { repo }: Workspace,
  commit: string,
  branch: string,
  environment: Environment,
): Promise<Source> {
  const ci = sourceOfCi(environment);
  const origin = await repo.serverUrl();
  const repository = plain(origin === null ? null : webUrl(origin)) ?? ci.repository;
  const isGitHub = environment["GITHUB_ACTIONS"] === "true";
  const folder = repo.workTree ?? repo.gitDir;
  return known({
    repository,
    commit,
    ref: ci.ref ?? plain(`refs/heads/${branch}`),
    actor: ci.actor ?? (repo.kind === "git" ? await identityIn(folder, environment) : undefined),
    runUrl: ci.runUrl,
    pullRequest:
      ci.pullRequest ??
      (isGitHub ? mergedRequest(repository, (await infoOf(commit, repo))?.subject) : undefined),
  });
}

/** The job that follows a merge is of no pull request any more: only GitHub's subject of the commit names it. */
function mergedRequest(repository: string | undefined, subject: string | undefined): string | undefined {
  const [, merged, squashed] = /^Merge pull request #(\d+) from |\(#(\d+)\)$/.exec(subject ?? "") ?? [];
  const number = merged ?? squashed;
  return repository === undefined || number === undefined ? undefined : plain(`${repository}/pull/${number}`);
}

/** The committer's name as git would write it; undefined where it has none. */
async function identityIn(folder: string, environment: Environment): Promise<string | undefined> {
  const identity = await gitIn(folder, environment)
    .run(["var", "GIT_COMMITTER_IDENT"])
    .catch(() => "");
  return plain(/^(.*) <[^>]*> \d+ \S+\s*$/.exec(identity.toString())?.[1]);
}
