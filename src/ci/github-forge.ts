import type { HttpProxy } from "../model/http-proxy.ts";
import type { Clock } from "../remotes/clock.ts";
import { RemoteError } from "../remotes/remote-error.ts";
import { httpTransport } from "../remotes/v4/http.ts";
import { jsonApi } from "./api.ts";
import type { Forge, Note } from "./forge.ts";
import { at, numberAt, textAt } from "./payload.ts";

/**
 * Pull requests and issues of a repository on GitHub (https://docs.github.com/rest).
 * @param options.apiUrl as `GITHUB_API_URL` gives it
 * @param options.repository `owner/name`
 */
export function githubForge(options: {
  readonly apiUrl: string;
  readonly repository: string;
  readonly token: string;
  readonly proxy?: HttpProxy | undefined;
  readonly clock: Clock;
}): Forge {
  // GraphQL stands beside REST: at /graphql, and on a server of one's own at /api/graphql, beside /api/v3.
  const [, base = options.apiUrl, version = ""] = /^(.*?)(\/v3)?\/?$/.exec(options.apiUrl) ?? [];
  const api = jsonApi({
    name: "GitHub",
    transport: httpTransport(base, { proxy: options.proxy }),
    headers: {
      authorization: `Bearer ${options.token}`,
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
    },
    clock: options.clock,
  });
  const repo = `${version}/repos/${options.repository.split("/").map(encodeURIComponent).join("/")}`;
  return {
    async me() {
      // The token of a job may not ask GET /user.
      const answer = await api.call("POST", "/graphql", { query: "{viewer{login}}" }, true);
      const login = textAt(answer, "data", "viewer", "login");
      if (login !== undefined) return login;
      throw new RemoteError("GitHub does not say whose token this is", { outcome: "refused" });
    },
    async headOf(request) {
      return textAt(await api.call("GET", `${repo}/pulls/${request}`), "head", "sha") ?? "";
    },
    async notes(request) {
      return (await api.rows(`${repo}/issues/${request}/comments`)).flatMap((row) => noteOf(row, "id"));
    },
    async addNote(request, body) {
      await api.call("POST", `${repo}/issues/${request}/comments`, { body });
    },
    async editNote(_request, id, body) {
      await api.call("PATCH", `${repo}/issues/comments/${id}`, { body });
    },
    async removeNote(_request, id) {
      await api.call("DELETE", `${repo}/issues/comments/${id}`);
    },
    async issuesOf(author) {
      const query = `state=open&sort=created&direction=asc&creator=${encodeURIComponent(author)}`;
      const rows = await api.rows(`${repo}/issues?${query}`);
      return rows
        .filter((row) => at(row, "pull_request") === undefined)
        .flatMap((row) => noteOf(row, "number"));
    },
    async addIssue(title, body) {
      await api.call("POST", `${repo}/issues`, { title, body });
    },
    async editIssue(id, body, isOpen) {
      const state = isOpen ? { state: "open" } : { state: "closed", state_reason: "completed" };
      await api.call("PATCH", `${repo}/issues/${id}`, { body, ...state });
    },
    async requestsOf(commit, branch) {
      const rows = await api.rows(`${repo}/commits/${commit}/pulls`);
      return rows.flatMap((row) => {
        const [number, head] = [numberAt(row, "number"), textAt(row, "head", "sha")];
        const isMerged = textAt(row, "merged_at") !== undefined && textAt(row, "base", "ref") === branch;
        if (number === undefined || head === undefined || !isMerged) return [];
        return [{ number, head, ref: `refs/pull/${number}/head` }];
      });
    },
    close: () => api.close(),
  };
}

function noteOf(row: unknown, key: "id" | "number"): Note[] {
  const [id, author] = [numberAt(row, key), textAt(row, "user", "login")];
  return id === undefined || author === undefined ? [] : [{ id, author, body: textAt(row, "body") ?? "" }];
}
