import { closeAtEnd } from "../cli/kit.ts";
import { type Scripted, type Seen, scriptedServer } from "../remotes/scripted-server.ts";

export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  body: string;
}

interface Issue {
  readonly number: number;
  readonly user: { readonly login: string };
  readonly title: string;
  body: string;
  state: string;
  readonly pull_request?: object;
}

export const bot = "github-actions[bot]";

/** A stand-in for GitHub's API, of one repository. It remembers what it was asked. */
export async function openGithub() {
  const comments: Comment[] = [];
  const issues: Issue[] = [];
  const state = {
    /** The newest commit of each pull request. */
    heads: new Map<number, string>(),
    /** The merged pull requests of each commit. */
    merged: new Map<string, { number: number; head: { sha: string } }[]>(),
    /** What the token may not do then. */
    isReadOnly: false,
    /** Answers before anything else does. */
    intercept: (_seen: Seen): Promise<Scripted | undefined> | Scripted | undefined => undefined,
  };
  let next = 1000;

  const routes: readonly (readonly [
    method: string,
    path: RegExp,
    answer: (at: readonly string[], body: Record<string, string>) => Scripted,
  ])[] = [
    ["POST", /^\/graphql$/, () => ({ body: { data: { viewer: { login: bot } } } })],
    [
      "GET",
      /\/pulls\/(\d+)$/,
      ([number]) => ({ body: { number: Number(number), head: { sha: state.heads.get(Number(number)) } } }),
    ],
    [
      "GET",
      /\/issues\/\d+\/comments\?per_page=(\d+)&page=(\d+)$/,
      ([size, page]) => ({
        body: comments.slice((Number(page) - 1) * Number(size), Number(page) * Number(size)),
      }),
    ],
    [
      "POST",
      /\/issues\/\d+\/comments$/,
      (_at, { body = "" }) => {
        comments.push({ id: (next += 1), user: { login: bot }, body });
        return { status: 201, body: comments.at(-1) };
      },
    ],
    [
      "PATCH",
      /\/issues\/comments\/(\d+)$/,
      ([id], { body = "" }) => {
        const comment = comments.find((one) => one.id === Number(id));
        if (comment === undefined) return { status: 404, body: { message: "Not Found" } };
        comment.body = body;
        return { body: comment };
      },
    ],
    [
      "DELETE",
      /\/issues\/comments\/(\d+)$/,
      ([id]) => {
        comments.splice(
          comments.findIndex((one) => one.id === Number(id)),
          1,
        );
        return { status: 204 };
      },
    ],
    [
      "GET",
      /\/commits\/(\w+)\/pulls/,
      ([commit = ""]) => ({
        body: (state.merged.get(commit) ?? []).map(({ number, head }) => ({
          number,
          head,
          merged_at: "2026-11-20T10:00:00Z",
          base: { ref: "main" },
        })),
      }),
    ],
    ["GET", /\/issues\?/, () => ({ body: issues.filter((one) => one.state === "open") })],
    [
      "POST",
      /\/issues$/,
      (_at, { title = "", body = "" }) => {
        issues.push({ number: (next += 1), user: { login: bot }, title, body, state: "open" });
        return { status: 201, body: issues.at(-1) };
      },
    ],
    [
      "PATCH",
      /\/issues\/(\d+)$/,
      ([number], change) => ({
        body: Object.assign(issues.find((one) => one.number === Number(number)) ?? {}, change),
      }),
    ],
  ];

  const server = closeAtEnd(
    await scriptedServer(async (seen) => {
      const intercepted = await state.intercept(seen);
      if (intercepted !== undefined) return intercepted;
      const isWrite = seen.method !== "GET" && seen.url !== "/graphql";
      if (state.isReadOnly && isWrite)
        return { status: 403, body: { message: "Resource not accessible by integration" } };
      for (const [method, path, answer] of routes) {
        const found = method === seen.method ? path.exec(seen.url) : null;
        if (found !== null) {
          const body = seen.body === "" ? {} : (JSON.parse(seen.body) as Record<string, string>);
          return answer(found.slice(1), body);
        }
      }
      return { status: 404, body: { message: "Not Found" } };
    }),
  );
  return {
    url: server.url,
    seen: server.seen,
    writes: () => server.seen.filter(({ method, url }) => method !== "GET" && url !== "/graphql"),
    comments,
    issues,
    state,
  };
}

export type Github = Awaited<ReturnType<typeof openGithub>>;
