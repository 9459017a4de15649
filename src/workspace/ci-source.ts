import { webUrl } from "../git/web-url.ts";
import type { Environment } from "../model/environment.ts";
import type { Source } from "../model/source.ts";

/** Characters of one part at most: a registry keeps no longer ones. */
const longest = 512;

/**
 * What GitHub Actions or GitLab CI say of the job that this is. Whoever opens a pull request names branches
 * and may set variables: what is too long, or is not plain text, is left out. Empty outside of both.
 */
export function sourceOfCi(environment: Environment): Source {
  const read = (name: string): string | undefined => plain(environment[name]);
  if (read("GITHUB_ACTIONS") === "true") return ofGitHub(read);
  return read("GITLAB_CI") === "true" ? ofGitLab(read) : {};
}

/** As plain text, or not at all. */
export function plain(text: string | null | undefined): string | undefined {
  if (text === null || text === undefined || text.trim() === "" || text.length > longest) return undefined;
  return /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text) ? undefined : text;
}

type Read = (name: string) => string | undefined;

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
function ofGitHub(read: Read): Source {
  const repository = address(`${read("GITHUB_SERVER_URL") ?? ""}/${read("GITHUB_REPOSITORY") ?? ""}`);
  const ref = read("GITHUB_REF");
  const run = read("GITHUB_RUN_ID");
  const request = /^refs\/pull\/(\d+)\//.exec(ref ?? "")?.[1];
  return known({
    repository,
    commit: read("GITHUB_SHA"),
    ref,
    // Of a job that was started again, who did that.
    actor: read("GITHUB_TRIGGERING_ACTOR") ?? read("GITHUB_ACTOR"),
    runUrl: below(repository, run === undefined ? undefined : `actions/runs/${run}`),
    pullRequest: below(repository, request === undefined ? undefined : `pull/${request}`),
  });
}

/** https://docs.gitlab.com/ci/variables/predefined_variables/ */
function ofGitLab(read: Read): Source {
  const repository = address(read("CI_PROJECT_URL"));
  const [branch, tag] = [read("CI_COMMIT_BRANCH"), read("CI_COMMIT_TAG")];
  const request = read("CI_MERGE_REQUEST_IID");
  const target = address(read("CI_MERGE_REQUEST_PROJECT_URL")) ?? repository;
  return known({
    repository,
    commit: read("CI_COMMIT_SHA"),
    ref:
      branch !== undefined
        ? `refs/heads/${branch}`
        : tag !== undefined
          ? `refs/tags/${tag}`
          : read("CI_MERGE_REQUEST_REF_PATH"),
    actor: read("GITLAB_USER_LOGIN"),
    runUrl: address(read("CI_JOB_URL")) ?? address(read("CI_PIPELINE_URL")),
    pullRequest: below(target, request === undefined ? undefined : `-/merge_requests/${request}`),
  });
}

function address(text: string | undefined): string | undefined {
  return text === undefined || !/^https?:\/\/[^/]+\/./.test(text) ? undefined : plain(webUrl(text));
}

function below(repository: string | undefined, path: string | undefined): string | undefined {
  return repository === undefined || path === undefined ? undefined : plain(`${repository}/${path}`);
}

/** Only what is there: an absent part is no part. */
export function known(source: { readonly [Part in keyof Source]: Source[Part] | undefined }): Source {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined));
}
