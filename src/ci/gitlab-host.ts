import { chooseProxy } from "../config/choose-proxy.ts";
import type { Environment } from "../model/environment.ts";
import type { Clock } from "../remotes/clock.ts";
import { gitlabForge } from "./gitlab-forge.ts";
import { gitlabJob, gitlabRun } from "./gitlab-job.ts";
import type { Host } from "./host.ts";

/**
 * GitLab CI. It has no page for a summary: the log is it.
 * @throws PointsmanError `usage`, `environment-invalid`
 */
export function gitlabHost(environment: Environment, print: (text: string) => void, clock: Clock): Host {
  const { POINTSMAN_GITLAB_TOKEN: token = "", CI_PROJECT_ID } = environment;
  const apiUrl = environment["CI_API_V4_URL"] ?? "https://gitlab.com/api/v4";
  return {
    name: "GitLab",
    job: gitlabJob(environment),
    run: gitlabRun(environment),
    forge:
      token === ""
        ? null
        : gitlabForge({
            apiUrl,
            proxy: chooseProxy(apiUrl, environment),
            project: CI_PROJECT_ID ?? "",
            token,
            clock,
          }),
    tokenHint:
      "The variable POINTSMAN_GITLAB_TOKEN gives one: an access token of the project, with the scope api.",
    problemFormat: "text",
    codeQualityFile: "gl-code-quality-report.json",
    keptFolder: null,
    annotate: (level, text) => print(`${level}: ${text}\n`),
    log: (text) => print(`${text}\n`),
    summarise: (markdown) => Promise.resolve(print(`${markdown}\n`)),
    output: () => Promise.resolve(),
  };
}
