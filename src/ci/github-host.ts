import { appendFile } from "node:fs/promises";
import { chooseProxy } from "../config/choose-proxy.ts";
import type { Environment } from "../model/environment.ts";
import { visible } from "../pointer/printable.ts";
import type { Clock } from "../remotes/clock.ts";
import { githubForge } from "./github-forge.ts";
import { githubJob, githubRun } from "./github-job.ts";
import type { Host, Level } from "./host.ts";

/**
 * GitHub Actions.
 * @param print writes to the log
 * @throws PointsmanError `usage`, `environment-invalid`
 */
export async function githubHost(
  environment: Environment,
  print: (text: string) => void,
  clock: Clock,
): Promise<Host> {
  const { GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_STEP_SUMMARY, GITHUB_OUTPUT } = environment;
  const log = (text: string): void => print(`${text}\n`);
  const apiUrl = isSet(GITHUB_API_URL) ? GITHUB_API_URL : "https://api.github.com";
  return {
    name: "GitHub",
    job: await githubJob(environment),
    run: githubRun(environment),
    forge: isSet(GITHUB_TOKEN)
      ? githubForge({
          apiUrl,
          proxy: chooseProxy(apiUrl, environment),
          repository: GITHUB_REPOSITORY ?? "",
          token: GITHUB_TOKEN,
          clock,
        })
      : null,
    tokenHint: "The action's input github-token gives one.",
    problemFormat: "github",
    codeQualityFile: null,
    keptFolder: environment["RUNNER_TEMP"] ?? null,
    annotate: (level, text) => print(annotation(level, text)),
    log,
    summarise: (markdown) =>
      isSet(GITHUB_STEP_SUMMARY)
        ? appendFile(GITHUB_STEP_SUMMARY, `${markdown}\n`)
        : Promise.resolve(log(markdown)),
    output: async (name, value) => {
      if (isSet(GITHUB_OUTPUT)) await appendFile(GITHUB_OUTPUT, `${name}=${visible(String(value))}\n`);
    },
  };
}

/** A workflow command (https://docs.github.com/actions/reference/workflow-commands-for-github-actions). */
function annotation(level: Level, text: string): string {
  const lines = text.split("\n").map((line) => visible(line).replaceAll("%", "%25"));
  return `::${level} title=pointsman::${lines.join("%0A")}\n`;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
