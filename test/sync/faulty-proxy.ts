import { request as send } from "node:http";
import { scriptedServer, type Scripted, type Seen } from "../remotes/scripted-server.ts";

/**
 * What befalls one request: `fail` answers 500 and does nothing, `busy` answers 429, `drop` applies it
 * and then closes the connection without an answer, `garble` applies it and answers what nobody can read.
 */
export type Fault = "none" | "fail" | "busy" | "drop" | "garble";

/** A real HTTP proxy before the registry at `target`, that does to each request what `faultOf` says. */
export async function faultyProxy(
  target: string,
  faultOf: (
    seen: Seen,
    order: { requests: number; writes: number },
  ) => Fault | Scripted | Promise<Fault | Scripted>,
  options: { foreign?: readonly string[]; retryAfter?: string } = {},
) {
  let requests = 0;
  let writes = 0;
  const server = await scriptedServer(async (seen) => {
    requests += 1;
    if (seen.method !== "GET") writes += 1;
    const fault = await faultOf(seen, { requests, writes });
    if (typeof fault === "object") return fault;
    if (fault === "fail") return { status: 500, body: { detail: "out of order" } };
    if (fault === "busy") return { status: 429, headers: { "retry-after": options.retryAfter ?? "0.05" } };
    const answer = await forward(target, seen);
    if (fault === "drop") return null;
    if (fault === "garble") return { status: 200, body: "<html><title>Welcome" };
    return seen.method === "GET" ? withForeign(answer, options.foreign ?? []) : answer;
  });
  const writesSeen = () => server.seen.filter(({ method }) => method !== "GET");
  return { ...server, writes: writesSeen };
}

function forward(
  target: string,
  { method, url, headers, body }: Seen,
): Promise<{ status: number; body: string }> {
  const { authorization = "" } = headers;
  return new Promise((resolve, reject) => {
    const request = send(target + url, {
      method,
      headers: { authorization, ...(body === "" ? {} : { "content-type": "application/json" }) },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.end(body);
  });
}

/** The listing with rows of names that are none of ours, as other people's tools make them. */
function withForeign(answer: { status: number; body: string }, foreign: readonly string[]) {
  if (answer.status !== 200 || foreign.length === 0) return answer;
  const page = JSON.parse(answer.body) as { total: number; data: unknown[] };
  const rows = foreign.map((pointer) => ({
    id: pointer,
    pointer,
    pipeline_id: "pipeline_theirs",
    locked: true,
  }));
  return { status: 200, body: { ...page, total: page.total + rows.length, data: [...page.data, ...rows] } };
}
