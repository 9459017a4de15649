import type { Host } from "../ci/host.ts";
import type { ReviewJob } from "../ci/job.ts";
import { keepNote } from "../ci/sticky-note.ts";
import { PointsmanError } from "../errors.ts";
import { RemoteError } from "../remotes/remote-error.ts";
import { fitted } from "../render/fitted.ts";
import { prose } from "../render/markdown.ts";
import { shortId } from "../render/style.ts";
import type { CiOptions } from "./ci.ts";
import { errorLines, errorMarkdown } from "./ci-error.ts";
import { problemsIn } from "./ci-problems.ts";
import { type CommandResult, type Deps, exitCodes } from "./command.ts";
import { compared } from "./diff.ts";
import { plan } from "./plan.ts";

/** A proposed change as reviewers want to see it: what is wrong, what moves, and what a sync would do. */
export async function review(job: ReviewJob, host: Host, options: CiOptions, deps: Deps): Promise<number> {
  const { dir } = options;
  // A commit, never the working tree: what git makes of files on checkout is not what is merged.
  const problems = await problemsIn({ dir, ref: "HEAD", base: job.base }, host, deps);
  const moves = await compared({ dir, range: `${job.base}...HEAD` }, deps);
  const planned = problems === null ? await planOf(job, host, options, deps) : null;
  const parts = [
    ...(problems === null ? [] : [problems]),
    moves.markdown(),
    ...(planned === null ? [] : [planned.output]),
  ];
  for (const part of parts) await host.summarise(part);
  await host.output("changes", moves.changes.length);
  const isWorth = moves.changes.length > 0 || moves.notes.length > 0 || problems !== null;
  await tell(
    job,
    host,
    { parts, isWorth, folder: moves.workspace.folder, remote: options.remote ?? "" },
    deps,
  );
  return planned?.exitCode ?? exitCodes.mustFix;
}

/** What sync would do. Without a token, as in a fork's request, that is not known, and no reason to fail. */
async function planOf(
  { base }: ReviewJob,
  host: Host,
  { dir, remote, prune }: CiOptions,
  deps: Deps,
): Promise<CommandResult> {
  try {
    const given = { ...(remote === undefined ? {} : { remote }), ...(prune === undefined ? {} : { prune }) };
    return await plan({ dir, names: [], ref: "HEAD", base, ...given, format: "markdown" }, deps);
  } catch (error) {
    if (!(error instanceof PointsmanError)) throw error;
    if (error.code === "no-remote" || error.code === "environment-invalid") {
      // It may be the request that brings the remote; or it is misspelt, and no review ever has a plan.
      if (error.code === "no-remote" && remote !== undefined)
        host.annotate("warning", `No plan in this job: ${errorLines(error)}`);
      return { exitCode: exitCodes.done, output: `No plan in this job: ${prose(error.message)}\n` };
    }
    host.annotate("error", `No plan could be made: ${errorLines(error)}`);
    return { exitCode: exitCodes.mustFix, output: `**No plan could be made**: ${errorMarkdown(error)}\n` };
  }
}

async function tell(
  { request, head }: ReviewJob,
  host: Host,
  told: {
    readonly parts: readonly string[];
    readonly isWorth: boolean;
    readonly folder: string;
    readonly remote: string;
  },
  { mayHaveWritten }: Deps,
): Promise<void> {
  // A merge queue has no request to write below; its runs have a page.
  if (request === null) return;
  if (host.forge === null) {
    host.annotate("notice", `No comment was written, for want of a token. ${host.tokenHint}`);
    return;
  }
  const { folder, remote } = told;
  const mark = { purpose: "review", folder, remote, head, run: host.run } as const;
  const last = `<sub>Commit ${shortId(head)}, [all of it](${host.run.url})</sub>`;
  const body = fitted(told.parts, last, `in [this run](${host.run.url})`);
  mayHaveWritten("the comment was written");
  try {
    const outcome = await keepNote(host.forge, request, { mark, body, isWorth: told.isWorth });
    if (outcome === "stale") host.log("The comment is left alone: a newer commit or run has it.");
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    const isReadOnly = error.status === 403 || error.status === 404;
    host.annotate(
      isReadOnly ? "notice" : "warning",
      isReadOnly
        ? `No comment was written: this job's token may only read, as in requests from forks (${error.message}). The run's summary has all of it.`
        : `The comment could not be written: ${error.message}. The run's summary has all of it.`,
    );
  }
}
