import { PointsmanError } from "../errors.ts";
import { gitIn } from "../git/run-git.ts";
import { webUrl } from "../git/web-url.ts";
import type { Environment } from "../model/environment.ts";
import type { Repo } from "../model/repo.ts";
import type { ModelSource } from "../model/source.ts";
import { printable } from "../pointer/printable.ts";
import { plain, sourceOfCi } from "./ci-source.ts";

/** What the command line says of it. */
export interface NamedSource {
  readonly sourceRepository?: string;
  readonly sourceCommit?: string;
}

/**
 * Where a model comes from: what the command line says, else the CI's job, else the checkout that it is
 * published from. Of a checkout with edits nobody knows.
 * @param checkout null where there is none, or where it is the pointers' and not the model's
 * @param note is told why there is nothing to say
 * @throws PointsmanError `usage`
 */
export async function modelSource(
  named: NamedSource,
  checkout: Repo | null,
  environment: Environment,
  note: (text: string) => void,
): Promise<ModelSource | null> {
  const { sourceRepository, sourceCommit } = named;
  if (sourceRepository !== undefined && sourceCommit === undefined) {
    throw new PointsmanError("usage", "--source-repository needs --source-commit: which commit of it?");
  }
  const ci = sourceOfCi(environment);
  const origin = checkout === null ? null : await checkout.serverUrl();
  const found = ci.repository ?? plain(origin === null ? null : webUrl(origin));
  const repository = sourceRepository === undefined ? found : readRepository(sourceRepository);
  if (sourceCommit !== undefined) {
    const commit = readCommit(sourceCommit);
    if (repository !== undefined) return { repository, commit };
    throw new PointsmanError("usage", "--source-commit needs --source-repository: no checkout says which.");
  }
  if (repository === undefined) return null;
  if (ci.commit !== undefined) return isCommit(ci.commit) ? { repository, commit: ci.commit } : null;
  const commit = checkout === null ? null : await cleanHead(checkout, environment, note);
  return commit === null ? null : { repository, commit };
}

async function cleanHead(
  checkout: Repo,
  environment: Environment,
  note: (text: string) => void,
): Promise<string | null> {
  const commit = await checkout.head();
  // Whether there are edits, only the git program tells.
  if (commit === null || checkout.workTree === null || checkout.kind !== "git") return null;
  const edits = await gitIn(checkout.workTree, environment).run([
    "status",
    "--porcelain",
    "--untracked-files=no",
  ]);
  if (edits.length === 0) return commit;
  note("The commit of the model is not recorded: this checkout has edits. --source-commit names one.");
  return null;
}

function readRepository(text: string): string {
  const url = plain(webUrl(text));
  if (url !== undefined) return url;
  throw new PointsmanError("usage", `--source-repository ${printable(text)} is no repository's URL.`, {
    hint: "It is written like https://git.example.com/team/model or git@git.example.com:team/model.git.",
  });
}

function readCommit(text: string): string {
  if (isCommit(text)) return text;
  throw new PointsmanError("usage", `--source-commit ${printable(text)} is no commit's id.`, {
    hint: "It is the id in full, or 7 letters of it or more: git rev-parse HEAD",
  });
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{7,64}$/.test(text);
}
