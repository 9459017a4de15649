import type { HttpProxy } from "../model/http-proxy.ts";
import type { Clock } from "../remotes/clock.ts";
import { RemoteError } from "../remotes/remote-error.ts";
import { httpTransport } from "../remotes/v4/http.ts";
import { jsonApi } from "./api.ts";
import type { Forge, Note } from "./forge.ts";
import { numberAt, textAt } from "./payload.ts";

/**
 * Merge requests and issues of a project on GitLab (https://docs.gitlab.com/api).
 * @param options.apiUrl as `CI_API_V4_URL` gives it
 * @param options.project its id
 * @param options.token an access token with the scope `api`: a job's own token may not write notes
 */
export function gitlabForge(options: {
  readonly apiUrl: string;
  readonly project: string;
  readonly token: string;
  readonly proxy?: HttpProxy | undefined;
  readonly clock: Clock;
}): Forge {
  const api = jsonApi({
    name: "GitLab",
    transport: httpTransport(options.apiUrl, { proxy: options.proxy }),
    headers: { "private-token": options.token },
    clock: options.clock,
  });
  const project = `/projects/${encodeURIComponent(options.project)}`;
  const notesOf = (request: number): string => `${project}/merge_requests/${request}/notes`;
  return {
    async me() {
      const login = textAt(await api.call("GET", "/user"), "username");
      if (login !== undefined) return login;
      throw new RemoteError("GitLab does not say whose token this is", { outcome: "refused" });
    },
    async headOf(request) {
      return textAt(await api.call("GET", `${project}/merge_requests/${request}`), "sha") ?? "";
    },
    async notes(request) {
      const rows = await api.rows(`${notesOf(request)}?sort=asc&order_by=created_at`);
      return rows.flatMap((row) => noteOf(row, "id", "body"));
    },
    async addNote(request, body) {
      await api.call("POST", notesOf(request), { body });
    },
    async editNote(request, id, body) {
      await api.call("PUT", `${notesOf(request)}/${id}`, { body });
    },
    async removeNote(request, id) {
      await api.call("DELETE", `${notesOf(request)}/${id}`);
    },
    async issuesOf(author) {
      const query = `state=opened&scope=all&sort=asc&author_username=${encodeURIComponent(author)}`;
      return (await api.rows(`${project}/issues?${query}`)).flatMap((row) =>
        noteOf(row, "iid", "description"),
      );
    },
    async addIssue(title, body) {
      await api.call("POST", `${project}/issues`, { title, description: body });
    },
    async editIssue(id, body, isOpen) {
      const state = isOpen ? {} : { state_event: "close" };
      await api.call("PUT", `${project}/issues/${id}`, { description: body, ...state });
    },
    async requestsOf(commit, branch) {
      const rows = await api.rows(`${project}/repository/commits/${commit}/merge_requests`);
      return rows.flatMap((row) => {
        const [number, head] = [numberAt(row, "iid"), textAt(row, "sha")];
        const isMerged = textAt(row, "state") === "merged" && textAt(row, "target_branch") === branch;
        if (number === undefined || head === undefined || !isMerged) return [];
        return [{ number, head, ref: `refs/merge-requests/${number}/head` }];
      });
    },
    close: () => api.close(),
  };
}

function noteOf(row: unknown, key: "id" | "iid", body: "body" | "description"): Note[] {
  const [id, author] = [numberAt(row, key), textAt(row, "author", "username")];
  return id === undefined || author === undefined ? [] : [{ id, author, body: textAt(row, body) ?? "" }];
}
