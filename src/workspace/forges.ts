import type { Environment } from "../model/environment.ts";

/** The host whose CI runs this, and whose it is: links to its pages can be made. Empty outside of both. */
export function forgesOf({
  GITHUB_ACTIONS,
  GITHUB_SERVER_URL,
  GITLAB_CI,
  CI_SERVER_URL,
}: Environment): Record<string, "github" | "gitlab"> {
  const hostOf = (url: string | undefined): string[] =>
    url !== undefined && URL.canParse(url) ? [new URL(url).host] : [];
  const hosts = [
    ...(GITHUB_ACTIONS === "true" ? hostOf(GITHUB_SERVER_URL).map((host) => [host, "github"] as const) : []),
    ...(GITLAB_CI === "true" ? hostOf(CI_SERVER_URL).map((host) => [host, "gitlab"] as const) : []),
  ];
  return Object.fromEntries(hosts);
}
