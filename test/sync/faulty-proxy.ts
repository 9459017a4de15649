import { request as send } from "node:http";
import { scriptedServer, type Scripted, type Seen } from "../remotes/scripted-server.ts";

/**
 * What befalls one request: `fail` answers 500 and does nothing, `busy` answers 429, `drop` applies it
 * and then closes the connection without an answer, `garble` applies it and answers what nobody can read.
 */
export type Fault = "none" | "fail" | "busy" | "drop" | "garble";

/** Headers of the API's extensions: a vendor's registry knows none of them. */
const asked = ["if-match", "if-none-match", "x-pointsman-source"];
const offered = "x-pointsman";

export interface ProxyOptions {
  readonly foreign?: readonly string[];
  readonly retryAfter?: string;
  /** Whether the registry's extensions of the API can be used through it. */
  readonly extended?: boolean;
}

/** A real HTTP proxy before the registry at `target`, that does to each request what `faultOf` says. */
export async function faultyProxy(
  target: string,
  faultOf: (
    seen: Seen,
    order: { requests: number; writes: number },
  ) => Fault | Scripted | Promise<Fault | Scripted>,
  options: ProxyOptions = {},
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
    const answer = await forward(target, seen, options.extended === true);
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
  extended: boolean,
): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  const { authorization = "" } = headers;
  const extra = asked.flatMap((name) => (extended && name in headers ? [[name, headers[name]]] : []));
  return new Promise((resolve, reject) => {
    const request = send(target + url, {
      method,
      headers: {
        authorization,
        ...(body === "" ? {} : { "content-type": "application/json" }),
        ...(Object.fromEntries(extra) as Record<string, string>),
      },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => {
        const offer = response.headers[offered];
        const kept = extended && typeof offer === "string" ? { [offered]: offer } : {};
        resolve({ status: response.statusCode ?? 0, headers: kept, body: text });
      });
    });
    request.end(body);
  });
}

/** The listing with rows of names that are none of ours, as other people's tools make them. */
function withForeign(
  answer: { status: number; headers: Record<string, string>; body: string },
  foreign: readonly string[],
) {
  if (answer.status !== 200 || foreign.length === 0) return answer;
  const page = JSON.parse(answer.body) as { total: number; data: unknown[] };
  const rows = foreign.map((pointer) => ({
    id: pointer,
    pointer,
    pipeline_id: "pipeline_theirs",
    locked: true,
  }));
  return { ...answer, body: { ...page, total: page.total + rows.length, data: [...page.data, ...rows] } };
}
