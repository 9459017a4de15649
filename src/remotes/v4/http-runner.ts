import type { Dispatcher, Pool } from "undici";
import type { HttpProxy } from "../../model/http-proxy.ts";
import type { RunReport, Runner } from "../../model/runner.ts";
import { readRun, runPath, runStreamPath } from "../../wire/run.ts";
import { RemoteError } from "../remote-error.ts";
import { answerError, notJson, unreadableAnswer } from "./answer-error.ts";
import { readBaseUrl } from "./base-url.ts";
import { readHeaders } from "./http.ts";
import { httpRemote } from "./http-remote.ts";
import { openPool } from "./open-pool.ts";
import { oneLine, parseJson } from "./readable.ts";
import { unreachable } from "./unreachable.ts";

/** Milliseconds without a word: longer than any registry lets a run take. */
const patience = 3_700_000;

/**
 * Runs on a registry of the v4 API at an https URL, or an http one on this machine. The HTTP library is
 * loaded with the first run.
 * @throws PointsmanError `config-invalid` for any other URL
 */
export function httpRunner(options: {
  readonly name: string;
  readonly url: string;
  /** Sent as a bearer token, and shown nowhere. */
  readonly token?: string | undefined;
  /** The environment variable that it came from. */
  readonly tokenVariable?: string | undefined;
  readonly proxy?: HttpProxy | undefined;
}): Runner {
  const { name, url, token, tokenVariable, proxy } = options;
  const base = readBaseUrl(url);
  const prefix = base.pathname.replace(/\/+$/, "");
  let pool: Promise<Pool> | undefined;

  const open = (): Promise<Pool> =>
    openPool({ origin: base.origin, connectTimeout: 10_000, idleTimeout: patience, proxy });

  async function post(path: string, body: string): Promise<Dispatcher.ResponseData> {
    const opened = await (pool ??= open());
    const headers = {
      accept: "application/json",
      "content-type": "application/json",
      "user-agent": "pointsman",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    return opened.request({ method: "POST", path: prefix + path, headers, body }).catch(lost);
  }

  const lost = (cause: unknown): never => {
    throw cause instanceof RemoteError ? cause : unreachable(base.origin, cause);
  };

  /** A run's state is told in answers of many a status: what it says counts. */
  function read(path: string, { statusCode, headers }: Dispatcher.ResponseData, text: string): RunReport {
    const answer = { status: statusCode, headers: readHeaders(headers), body: text };
    const asked = { method: "POST", path } as const;
    const body = parseJson(text);
    let id: string;
    try {
      const run = readRun(body);
      id = run.id;
      if (run.state !== "no_resources_available") return { ...run, text };
    } catch (error) {
      if (statusCode >= 300) throw answerError(asked, answer, url, token, tokenVariable);
      const why = body === undefined ? notJson(text) : error instanceof Error ? error.message : "";
      throw unreadableAnswer(asked, answer, why, { token, code: "remote-refused" });
    }
    const seconds = answer.headers["retry-after"] ?? "";
    throw new RemoteError(`the pipeline is still loading, and did not take ${oneLine(id, token)}`, {
      outcome: "refused",
      code: "run-failed",
      status: statusCode,
      hint: `try again${/^\d+$/.test(seconds) ? ` in ${seconds} s` : " later"}, or wait for it with --wait`,
    });
  }

  return {
    name,
    url,
    run: async (body) => {
      const answer = await post(runPath, body);
      return read(runPath, answer, await answer.body.text().catch(lost));
    },
    stream: async function* (body) {
      const answer = await post(runStreamPath, body);
      if (answer.statusCode !== 200) {
        yield read(runStreamPath, answer, await answer.body.text().catch(lost));
        return;
      }
      const lines = linesOf(answer.body);
      for (;;) {
        const next = await lines.next().catch(lost);
        if (next.done === true) return;
        yield read(runStreamPath, answer, next.value);
      }
    },
    pointers: async (family) => {
      const remote = httpRemote({ name, url, token, http: { proxy }, retry: { attempts: 1 } });
      try {
        return [...(await remote.list({ family })).keys()];
      } finally {
        await remote.close();
      }
    },
    close: async () => (await pool)?.destroy(),
  };
}

/** What has come of a line is put together once, at its end: again with each part, a long one would take minutes. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let begun: string[] = [];
  for await (const chunk of body) {
    const [rest = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    begun.push(rest);
    for (const part of others) {
      const line = begun.join("");
      begun = [part];
      if (line.trim() !== "") yield line;
    }
  }
  const last = begun.join("");
  if (last.trim() !== "") yield last;
}
