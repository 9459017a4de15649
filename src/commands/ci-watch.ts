import { keepIssue } from "../ci/drift-issue.ts";
import type { Host } from "../ci/host.ts";
import type { WatchJob } from "../ci/job.ts";
import type { Plan } from "../model/plan.ts";
import { RemoteError } from "../remotes/remote-error.ts";
import { printable } from "../pointer/printable.ts";
import { differingIn, renderDifferingMarkdown } from "../render/differing-markdown.ts";
import { plural } from "../render/style.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { readRules } from "../workspace/read-snapshot.ts";
import type { CiOptions } from "./ci.ts";
import { type Deps, exitCodes } from "./command.ts";
import { plan } from "./plan.ts";

/** Looks for pointers that are not as declared, moved by hand most likely, and keeps one issue of it. */
export async function watch(
  job: WatchJob,
  host: Host,
  { dir, remote, prune }: CiOptions,
  deps: Deps,
): Promise<number> {
  const workspace = await openWorkspace(dir, deps.environment);
  const head = await workspace.repo.resolve("HEAD");
  const { config } = await readRules(workspace, head);
  const synced = config.branch ?? job.defaultBranch ?? job.branch;
  // GitLab has schedules on any branch, and a clone of that branch alone.
  if (config.branch === undefined && job.branch !== synced) {
    host.annotate(
      "notice",
      `Nothing is watched for ${printable(job.branch)}: ${printable(synced)} is synced.`,
    );
    return exitCodes.done;
  }
  const ref = job.branch === synced ? head : `refs/remotes/origin/${synced}`;
  const made = await plan(
    // Whatever a sync does about them, the plan then says where they are and where they should be.
    {
      dir,
      names: [],
      ref,
      onDrift: "overwrite",
      format: "json",
      ...(remote === undefined ? {} : { remote }),
      ...(prune === undefined ? {} : { prune }),
    },
    deps,
  );
  const found = JSON.parse(made.output) as Plan;
  const count = differingIn(found).length;
  await host.output("changes", count);
  const body = renderDifferingMarkdown(found, remote);
  await host.summarise(body);
  if (count > 0)
    host.annotate("warning", `${plural(count, "pointer")} not as declared: the summary says which and why.`);
  if (count === 0 && found.superseded.length > 0) {
    host.log("The issue is left alone: of what newer commits declare otherwise, a run for them can tell.");
    return exitCodes.done;
  }
  const mark = {
    purpose: "drift",
    folder: workspace.folder,
    remote: remote ?? "",
    head,
    run: host.run,
  } as const;
  const title = `Pointers of ${found.remote.name} are not as declared`;
  const isTold = await tell(host, { mark, title, body, isOpen: count > 0 }, deps);
  // Somebody has to hear of it.
  return isTold || count === 0 ? exitCodes.done : exitCodes.mustFix;
}

async function tell(
  host: Host,
  content: Parameters<typeof keepIssue>[1],
  { mayHaveWritten }: Deps,
): Promise<boolean> {
  if (host.forge === null) {
    if (content.isOpen) host.annotate("error", `No issue was opened, for want of a token. ${host.tokenHint}`);
    return false;
  }
  mayHaveWritten("the issue was written");
  try {
    host.log(`Issue: ${await keepIssue(host.forge, content)}.`);
    return true;
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    const hint = error.status === 403 ? " The job needs the permission to write issues." : "";
    host.annotate(
      content.isOpen ? "error" : "warning",
      `The issue could not be written: ${error.message}.${hint}`,
    );
    return false;
  }
}
