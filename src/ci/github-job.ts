import { readFile } from "node:fs/promises";
import type { Environment } from "../model/environment.ts";
import { PointsmanError } from "../errors.ts";
import { printable } from "../pointer/printable.ts";
import { type Job, type Run, noCommit } from "./job.ts";
import { numberAt, textAt } from "./payload.ts";

const events = "pull_request, merge_group, push, schedule and workflow_dispatch";

/**
 * What a job of GitHub Actions is there for, by its event.
 * @throws PointsmanError `usage` where it is there for something else; `environment-invalid` where the
 *   event does not say what it should
 */
export async function githubJob(environment: Environment): Promise<Job> {
  const { GITHUB_EVENT_NAME: name = "", GITHUB_EVENT_PATH: path = "", GITHUB_SHA: sha } = environment;
  const event = await readEvent(path);
  const defaultBranch = textAt(event, "repository", "default_branch");
  const branch = environment["GITHUB_REF_TYPE"] === "branch" ? environment["GITHUB_REF_NAME"] : undefined;
  switch (name) {
    case "pull_request": {
      const base = textAt(event, "pull_request", "base", "ref");
      return {
        kind: "review",
        request: needed(numberAt(event, "pull_request", "number"), name, "pull_request.number"),
        // In full: a tag or a branch called origin/main, which anybody may push, would come before it.
        base: `refs/remotes/origin/${needed(base, name, "pull_request.base.ref")}`,
        head: needed(textAt(event, "pull_request", "head", "sha"), name, "pull_request.head.sha"),
      };
    }
    case "merge_group":
      return {
        kind: "review",
        request: null,
        base: needed(textAt(event, "merge_group", "base_sha"), name, "merge_group.base_sha"),
        head: needed(textAt(event, "merge_group", "head_sha"), name, "merge_group.head_sha"),
      };
    case "push":
    case "workflow_dispatch": {
      if (environment["GITHUB_REF_TYPE"] === "tag") throw ofTag(name);
      const before = textAt(event, "before");
      return {
        kind: "push",
        branch: needed(branch, name, "GITHUB_REF_NAME of a branch"),
        defaultBranch: defaultBranch ?? null,
        commit: needed(sha, name, "GITHUB_SHA"),
        before: before === undefined || noCommit.test(before) ? null : before,
      };
    }
    case "schedule":
      return {
        kind: "watch",
        branch: needed(branch ?? defaultBranch, name, "GITHUB_REF_NAME of a branch"),
        defaultBranch: defaultBranch ?? null,
      };
    case "pull_request_target":
      throw new PointsmanError(
        "usage",
        "pull_request_target checks out the base, so that it would say of every pull request that nothing moves.",
        { hint: "Use pull_request: validate and diff need no secret (docs/ci.md says why)." },
      );
    default:
      throw new PointsmanError("usage", `There is nothing to do on ${printable(name) || "no event"}.`, {
        hint: `The events are ${events}.`,
      });
  }
}

/** @throws PointsmanError `environment-invalid` */
export function githubRun(environment: Environment): Run {
  const { GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_SERVER_URL, GITHUB_REPOSITORY } = environment;
  return {
    id: Number(GITHUB_RUN_ID ?? 0),
    attempt: Number(GITHUB_RUN_ATTEMPT ?? 1),
    url: `${GITHUB_SERVER_URL ?? "https://github.com"}/${GITHUB_REPOSITORY ?? ""}/actions/runs/${GITHUB_RUN_ID ?? ""}`,
  };
}

async function readEvent(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new PointsmanError("environment-invalid", "GITHUB_EVENT_PATH names no event that can be read.", {
      hint: "It is set in jobs of GitHub Actions.",
      cause: error,
    });
  }
}

function ofTag(event: string): PointsmanError {
  return new PointsmanError(
    "usage",
    `There is nothing to do on the ${event} of a tag: branches are synced.`,
    {
      hint: "Have the workflow run for branches alone: `push: { branches: [main] }`.",
    },
  );
}

/** @param what the event is to have, as its documentation calls it */
function needed<T>(value: T | undefined, event: string, what: string): T {
  if (value !== undefined && value !== "") return value;
  throw new PointsmanError("environment-invalid", `The ${event} event has no ${what}.`);
}
