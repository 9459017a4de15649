import { githubHost } from "../ci/github-host.ts";
import { gitlabHost } from "../ci/gitlab-host.ts";
import type { Host } from "../ci/host.ts";
import { PointsmanError, ProblemsError } from "../errors.ts";
import { systemClock } from "../remotes/clock.ts";
import { renderProblems } from "../render/problems.ts";
import { errorLines, errorMarkdown } from "./ci-error.ts";
import { push } from "./ci-push.ts";
import { review } from "./ci-review.ts";
import { watch } from "./ci-watch.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes } from "./command.ts";

export interface CiOptions extends CommonOptions {
  readonly remote?: string;
  readonly prune?: boolean;
}

/**
 * What a job of GitHub Actions or GitLab CI is there for: reviews a request, syncs the branch, or looks
 * for what somebody moved by hand. What it says goes where the CI shows it.
 */
export async function ci(options: CiOptions, deps: Deps): Promise<CommandResult> {
  const host = await openHost(deps);
  const inHost: Deps = {
    ...deps,
    note: host.log,
    verbose: () => undefined,
    progress: () => undefined,
  };
  try {
    const exitCode = await run(host, options, inHost);
    await host.output("exit-code", exitCode);
    return { exitCode, output: "" };
  } catch (error) {
    if (!(error instanceof PointsmanError)) throw error;
    const exitCode = error.code === "interrupted" ? exitCodes.interrupted : exitCodes.mustFix;
    if (error instanceof ProblemsError) host.log(renderProblems(error.problems, error.texts, deps.style));
    host.annotate("error", errorLines(error));
    await host.summarise(`### pointsman stopped\n\nBecause: ${errorMarkdown(error)}\n`);
    await host.output("exit-code", exitCode);
    return { exitCode, output: "" };
  } finally {
    await host.forge?.close();
  }
}

async function openHost({ environment, print }: Deps): Promise<Host> {
  if (environment["GITHUB_ACTIONS"] === "true") return githubHost(environment, print, systemClock);
  if (environment["GITLAB_CI"] === "true") return gitlabHost(environment, print, systemClock);
  throw new PointsmanError("usage", "This is no job of GitHub Actions or GitLab CI.", {
    hint: "`validate`, `diff`, `plan` and `sync` are what it runs there.",
  });
}

function run(host: Host, options: CiOptions, deps: Deps): Promise<number> {
  const { job } = host;
  if (job.kind === "review") return review(job, host, options, deps);
  return job.kind === "push" ? push(job, host, options, deps) : watch(job, host, options, deps);
}
