import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../ci/host.ts";
import type { PushJob } from "../ci/job.ts";
import { PointsmanError } from "../errors.ts";
import type { SyncReport } from "../model/report.ts";
import { printable } from "../pointer/printable.ts";
import { isToRepeat } from "../render/report.ts";
import { renderUnseenMarkdown } from "../render/unseen-markdown.ts";
import { plural } from "../render/style.ts";
import { type Workspace, openWorkspace } from "../workspace/open-workspace.ts";
import { readRules } from "../workspace/read-snapshot.ts";
import { writeRepositoryFile } from "../workspace/write-file.ts";
import type { CiOptions } from "./ci.ts";
import { problemsIn } from "./ci-problems.ts";
import { movedUnseen } from "./ci-unseen.ts";
import { type Deps, exitCodes } from "./command.ts";
import { sync } from "./sync.ts";

const reportFile = "pointsman-report.json";

/** New commits of the branch: the remote is taken to them. Those of other branches are validated. */
export async function push(job: PushJob, host: Host, options: CiOptions, deps: Deps): Promise<number> {
  const { dir } = options;
  const workspace = await openWorkspace(dir, deps.environment);
  const problems = await problemsIn({ dir, ref: job.commit }, host, deps);
  if (problems !== null) {
    await host.summarise(problems);
    return exitCodes.mustFix;
  }
  const { config } = await readRules(workspace, job.commit);
  const synced = config.branch ?? job.defaultBranch;
  if (synced !== null && job.branch !== synced) {
    host.annotate("notice", `Nothing is synced from ${printable(job.branch)}: ${printable(synced)} is.`);
    return exitCodes.done;
  }
  const { exitCode, report } = await apply(job, host, options, workspace, deps);
  if (report !== null) await tellUnseen(job, host, workspace, deps, report);
  return exitCode;
}

async function apply(
  { commit }: PushJob,
  host: Host,
  { dir, remote, prune }: CiOptions,
  workspace: Workspace,
  deps: Deps,
): Promise<{ readonly exitCode: number; readonly report: SyncReport | null }> {
  const folder = await mkdtemp(join(host.keptFolder ?? tmpdir(), "pointsman-"));
  const file = join(folder, reportFile);
  let report: SyncReport | null;
  let exitCode: number;
  try {
    const done = await sync(
      {
        dir,
        ref: commit,
        yes: true,
        report: file,
        format: "markdown",
        ...(remote === undefined ? {} : { remote }),
        ...(prune === undefined ? {} : { prune }),
      },
      deps,
    );
    await host.summarise(done.output);
    exitCode = done.exitCode;
  } finally {
    report = await keepReport(file, host, workspace);
    if (host.keptFolder === null) await rm(folder, { recursive: true, force: true });
  }
  const meaning = meanings[exitCode];
  const again = report === null || !isToRepeat(report) ? "" : ` ${repeat}`;
  if (meaning !== undefined) host.annotate("error", `${meaning}${again}`);
  return { exitCode, report };
}

/** What people make of the number that a job ended with. */
const meanings: Readonly<Record<number, string>> = {
  [exitCodes.mustFix]:
    "The sync moved no pointer (exit code 1). The summary says what stands in the way of each.",
  [exitCodes.partial]:
    "Some pointers were moved and some were not (exit code 3). Those that were are right and stay so. The summary says what stands in the way of the others.",
  [exitCodes.interrupted]: "Stopped before any pointer was moved (exit code 130).",
};

const repeat = "Run this job again to finish: it writes only what is still to do.";

/** Where a later step finds it; nothing where the sync stopped before it had done anything. */
async function keepReport(file: string, host: Host, { repo }: Workspace): Promise<SyncReport | null> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (text === "") return null;
  const report = JSON.parse(text) as SyncReport;
  await host.output("changes", report.summary.applied);
  await host.output("report", file);
  if (host.keptFolder === null && repo.workTree !== null) {
    // Not through a link that somebody committed under that name; what was synced is to be told all the same.
    await writeRepositoryFile(repo.workTree, { path: reportFile, text }).catch((error: unknown) => {
      if (!(error instanceof PointsmanError)) throw error;
      host.annotate("warning", `The report was not kept: ${error.message}`);
    });
  }
  return report;
}

/** Two requests that merge cleanly can move more together than each alone. */
async function tellUnseen(
  job: PushJob,
  host: Host,
  workspace: Workspace,
  deps: Deps,
  { results }: SyncReport,
): Promise<void> {
  const found = await movedUnseen(job, host, workspace, deps);
  const { requests, isCompared } = found;
  // What a newer commit overtook, or the remote refused, has not moved.
  const stayed = new Set(results.flatMap(({ pointer, status }) => (status === "applied" ? [] : pointer)));
  const unseen = found.unseen.filter(({ pointer }) => !stayed.has(pointer));
  if (!isCompared) host.annotate("notice", "Which of these effects a request had shown could not be told.");
  if (unseen.length === 0) return;
  const names = unseen.slice(0, 5).map(({ pointer }) => printable(pointer));
  const more = unseen.length > names.length ? ` and ${unseen.length - names.length} more` : "";
  const why = requests.length === 0 ? "no request brought these commits" : "no request had shown that";
  host.annotate(
    "warning",
    `${plural(unseen.length, "pointer")} moved, and ${why}: ${names.join(", ")}${more}.`,
  );
  await host.summarise(renderUnseenMarkdown(unseen, requests));
}
