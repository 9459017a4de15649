import { PointsmanError } from "../errors.ts";
import type { Remote, RemoteEvent } from "../model/remote.ts";
import type { Source } from "../model/source.ts";
import type { Current } from "../plan/current.ts";
import { meantPointer } from "../plan/meant-pointer.ts";
import { writtenBy } from "../plan/versions.ts";
import { familyOf } from "../pointer/name.ts";
import { printable } from "../pointer/printable.ts";
import { shortId } from "../render/style.ts";
import { dateForms, readDate } from "../workspace/at.ts";
import { believedConfig } from "../workspace/base.ts";
import { openRemote } from "../workspace/open-remote.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { readPreview } from "../workspace/preview.ts";
import { refuseConfigProblems } from "../workspace/refuse-problems.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import { announceRemote, pauseNote } from "./remote-notes.ts";

export interface ServedOptions extends CommonOptions {
  readonly name: string;
  readonly remote: string;
  /** A date. */
  readonly at: string;
}

/** What a remote really served under a name at a time, by its own record: not what any commit says. */
export async function resolveServed(options: ServedOptions, deps: Deps): Promise<CommandResult> {
  const { name } = options;
  const workspace = await openWorkspace(options.dir, deps.environment, deps.verbose);
  const { snapshot } = await readPreview(workspace);
  refuseConfigProblems(snapshot, "nothing was resolved");
  const time = await readDate(workspace, options.at, deps.environment, "end");
  if (time === null) {
    throw new PointsmanError(
      "usage",
      `A remote knows no commits: --at ${printable(options.at)} is no date.`,
      {
        hint: `Write it as ${dateForms}; without --remote, --at takes a commit too.`,
      },
    );
  }
  const config = await believedConfig(workspace, snapshot, deps.environment);
  const remote = await openRemote(workspace, config, deps.environment, {
    named: options.remote,
    onPause: pauseNote(deps),
  });
  try {
    announceRemote(remote, deps);
    const rows = await remote.list({ family: familyOf(name) });
    const event = await eventAt(name, time, rows, remote);
    if (event.after === null) throw absent(name, event, remote);
    const { pipeline } = event.after;
    const written = writtenBy(rows)(name, event.after)?.target ?? pipeline;
    const { at, by, source: said } = event;
    const source = said === null ? null : apiNames(said);
    const since = new Date(at).toISOString();
    return result(
      options,
      exitCodes.done,
      { pointer: name, chain: [name], pipeline, served: { since, by, source } },
      () => {
        const { bold, dim } = deps.style.colors;
        const version = written === pipeline ? "" : `  ${printable(written)}`;
        return `${printable(name)}\n  → ${bold(printable(pipeline))}${version}\n${dim(sinceLine(event))}\n`;
      },
    );
  } finally {
    await remote.close();
  }
}

/** The newest entry by then. */
async function eventAt(name: string, time: number, rows: Current, remote: Remote): Promise<RemoteEvent> {
  if (!remote.keepsHistory()) {
    throw new PointsmanError("remote-refused", `${remote.name} keeps no history of its pointers.`, {
      hint: "Without --remote, --at says what was declared then.",
    });
  }
  let first: RemoteEvent | undefined;
  for await (const event of remote.history(name)) {
    if (event.at <= time) return event;
    first = event;
  }
  if (first === undefined) {
    throw new PointsmanError("pointer-unknown", `${remote.name} never had a pointer ${printable(name)}.`, {
      hint: meantPointer(name, [...rows.keys()]),
    });
  }
  throw new PointsmanError("pointer-unknown", `${remote.name} had no ${printable(name)} then.`, {
    hint: `It was created ${timeOf(first.at)} by ${printable(first.by)}.`,
  });
}

function absent(name: string, { at, by }: RemoteEvent, remote: Remote): PointsmanError {
  return new PointsmanError("pointer-unknown", `${remote.name} had no ${printable(name)} then.`, {
    hint: `It was deleted ${timeOf(at)} by ${printable(by)}.`,
  });
}

/** By the names that the registry's API has for them. */
function apiNames({ runUrl: run_url, pullRequest: pull_request, ...rest }: Source): Record<string, unknown> {
  return { ...rest, run_url, pull_request };
}

/** Who set it, and from where: whatever the sync said of itself. */
function sinceLine({ at, by, source }: RemoteEvent): string {
  const { actor, commit, repository, pullRequest, runUrl } = source ?? {};
  const from = [
    commit === undefined ? undefined : `commit ${shortId(commit)}`,
    repository === undefined ? undefined : `of ${repository}`,
  ].filter((part) => part !== undefined);
  const parts = [
    `since ${timeOf(at)}, by ${actor === undefined ? by : `${actor} with the token ${by}`}`,
    ...(from.length === 0 ? [] : [from.join(" ")]),
    ...[pullRequest, runUrl].filter((part) => part !== undefined),
  ];
  return parts.map((part) => `  ${printable(part)}`).join("\n");
}

function timeOf(at: number): string {
  return new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}
