import type { Environment } from "../model/environment.ts";
import type { Config } from "../config/config.ts";
import { PointsmanError } from "../errors.ts";
import type { CommitInfo } from "../model/repo.ts";
import { gitIn } from "../git/run-git.ts";
import { printable } from "../pointer/printable.ts";
import { tipOfPlan } from "./branch-tip.ts";
import type { Workspace } from "./open-workspace.ts";
import { resolveRef } from "./resolve-ref.ts";

/** How a date is written, for people. */
export const dateForms = "2026-11-17, 2026-11-17 14:00 or 2026-11-17T14:00Z";

const isoDate = /^(\d{4}-\d{2}-\d{2})$/;
const isoTime = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?) ?(Z|[+-]\d{2}:?\d{2})?$/;
/** Texts that git reads as dates; of others it would make something too, whatever they say. */
const spoken =
  /^(last |(now|today|yesterday|noon|midnight|\d+[ .](second|minute|hour|day|week|month|year)s?|(mon|tues|wednes|thurs|fri|satur|sun)day)(?![\w/-]))/i;

/**
 * The commit that a ref names, or that the branch was at on a date: the newest first-parent commit by
 * then.
 * @throws PointsmanError `ref-unknown`
 */
export async function commitAt(
  workspace: Workspace,
  text: string,
  config: Config,
  environment: Environment,
): Promise<string> {
  const { repo } = workspace;
  // Without the git program no word is a date, but it may still be a branch.
  const named = isForGit(repo, text) ? await repo.resolve(text).catch(() => null) : null;
  if (named !== null) return named;
  const time = await readDate(workspace, text, environment, "end");
  if (time === null) return resolveRef(repo, text).catch(explainDate);
  const head = await repo.head();
  const tip = await tipOfPlan(workspace, head, config, environment);
  let first: CommitInfo | undefined;
  if (tip !== null) {
    for await (const commits of repo.history(tip)) {
      const found = commits.find(({ date }) => Date.parse(date) <= time);
      if (found !== undefined) return found.id;
      first = commits.at(-1) ?? first;
    }
  }
  const isShallow = await repo.isShallow();
  const short = isShallow ? " in this shallow clone" : "";
  const older = isShallow ? " git fetch --unshallow brings what came before." : "";
  throw new PointsmanError("ref-unknown", `There was no commit yet by ${printable(text)}${short}.`, {
    hint:
      first === undefined ? undefined : `The first one is ${first.id.slice(0, 8)}, of ${first.date}.${older}`,
  });
}

/**
 * A point in time, in milliseconds since 1970; null where the text is no date. Without a zone it is the
 * local one's. Where git reads the repository, `yesterday`, `3 days ago` or `tuesday 14:00` are dates too.
 * @param side what a day without a time, or a second of git's, stands for: its first or its last moment
 * @throws PointsmanError `ref-unknown` for a day that no calendar has; `git-missing`
 */
export async function readDate(
  { repo }: Workspace,
  text: string,
  environment: Environment,
  side: "start" | "end",
): Promise<number | null> {
  const wholeDay = side === "start" ? "00:00:00.000" : "23:59:59.999";
  const [, day, time = wholeDay, zone = ""] = isoTime.exec(text) ?? isoDate.exec(text) ?? [];
  if (day !== undefined) {
    const at = Date.parse(
      `${day}T${time}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`,
    );
    if (!Number.isNaN(at) && isInCalendar(day)) return at;
    throw new PointsmanError("ref-unknown", `${text} is no date of the calendar.`, {
      hint: `A date is written as ${dateForms}.`,
    });
  }
  if (isForGit(repo, text)) {
    throw new PointsmanError(
      "git-missing",
      `A date such as "${printable(text)}" is read by the git program.`,
      {
        hint: `It was not found, is too old, or POINTSMAN_GIT says not to use it. Without it a date is written as ${dateForms}.`,
      },
    );
  }
  if (!spoken.test(text)) return null;
  const output = await gitIn(repo.workTree ?? repo.gitDir, environment).run(["rev-parse", `--since=${text}`]);
  const seconds = /^--max-age=(\d+)/.exec(output.toString())?.[1];
  // Git counts whole seconds, and what happened a moment ago was before now.
  return seconds === undefined ? null : Number(seconds) * 1000 + (side === "start" ? 0 : 999);
}

/** Whether it is a date that git alone reads, and there is no git. */
function isForGit(repo: Workspace["repo"], text: string): boolean {
  return repo.kind !== "git" && spoken.test(text);
}

/** What is no commit may have been meant as a date. */
function explainDate(error: unknown): never {
  const isUnknown = error instanceof PointsmanError && error.code === "ref-unknown";
  if (!isUnknown || error.hint?.startsWith("Did you mean") === true) throw error;
  const hint = `${error.hint ?? ""} A date is written as ${dateForms}.`.trimStart();
  throw new PointsmanError("ref-unknown", error.message, { hint, cause: error });
}

/** Date.parse takes 30 February for 2 March. */
function isInCalendar(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
