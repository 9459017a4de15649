import { PointsmanError } from "../../errors.ts";
import type { PointerValue } from "../../model/pointer.ts";
import type { TokenRemote } from "../../model/remote-tokens.ts";
import type { CallOptions, RemotePointer, WriteOptions } from "../../model/remote.ts";
import type { Source } from "../../model/source.ts";
import { etagOf } from "../../wire/etag.ts";
import { sourceHeader } from "../../wire/extensions.ts";
import { pipelinePath, readPipelineId } from "../../wire/pipeline.ts";
import { pathOfPointer, pointerPath, readPointer, type WirePointerCreate } from "../../wire/pointer.ts";
import { tokenPath } from "../../wire/token.ts";
import { type Clock, systemClock } from "../clock.ts";
import { notJson, unreadableAnswer } from "./answer-error.ts";
import { type ReadRetry, v4Caller } from "./caller.ts";
import { Gate } from "./gate.ts";
import { holdsName, listPointers } from "./list-pointers.ts";
import { listSources } from "./list-sources.ts";
import { readHistory } from "./read-history.ts";
import { listTokens, readNewToken } from "./list-tokens.ts";
import { parseJson } from "./readable.ts";
import { sourceText } from "./source-header.ts";
import type { Transport, TransportRequest } from "./transport.ts";

export interface V4Options {
  readonly name: string;
  readonly url: string;
  readonly transport: Transport;
  /** Sent as a bearer token, and shown nowhere. */
  readonly token?: string | undefined;
  /** The environment variable that it came from. */
  readonly tokenVariable?: string | undefined;
  /** Told the milliseconds whenever the remote makes all requests wait. */
  readonly onPause?: ((ms: number) => void) | undefined;
  /** Where the writes come from: asked for once, before the first write to a registry that keeps it. */
  readonly source?: (() => Promise<Source>) | undefined;
  /** For reads. Default: 5 tries, the second after 250 ms or less. */
  readonly retry?: Partial<ReadRetry>;
  readonly clock?: Clock;
}

/**
 * A registry of the v4 API (wire/) as a `Remote`. Reads retry by themselves and writes are sent once; a
 * pause that the remote asks for holds all requests. `locked` is always sent: the API's own command line
 * unlocks with every move, so leaving it out means nothing reliable.
 * @throws PointsmanError `config-invalid` for a token that no header can carry
 */
export function v4Remote(options: V4Options): TokenRemote {
  const { name, url, transport, token, tokenVariable, clock = systemClock } = options;
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new PointsmanError(
      "config-invalid",
      "the token is empty or has spaces, line breaks or other letters in it",
      {
        hint: "was it copied whole, and nothing else?",
      },
    );
  }
  const retry = { attempts: 5, delay: 250, ...options.retry };
  const gate = new Gate(clock, options.onPause);
  const caller = v4Caller({ url, transport, gate, clock, retry, token, tokenVariable });
  const listed = { caller, clock, delay: retry.delay, url, token };
  let source: Promise<string> | undefined;
  let closed = false;

  /** What goes with a write of a pointer: to a registry that does not offer to mind it, nothing new. */
  async function conditions({ expected }: WriteOptions = {}): Promise<Record<string, string>> {
    if (caller.offers("source")) source ??= options.source?.().then(sourceText);
    const text = caller.offers("source") ? await source : undefined;
    return {
      ...(expected === undefined ? {} : ifStill(expected)),
      ...(text === undefined ? {} : { [sourceHeader]: text }),
    };
  }

  async function write<T>(
    asked: {
      method: TransportRequest["method"];
      path: string;
      body?: unknown;
      headers?: Record<string, string>;
    },
    read: (body: unknown) => T,
    { signal }: CallOptions = {},
  ): Promise<T> {
    refuseClosed();
    const answer = await caller.send(asked, signal);
    const body = parseJson(answer.body);
    try {
      return read(body);
    } catch (error) {
      const why =
        body === undefined ? notJson(answer.body) : String(error instanceof Error ? error.message : error);
      throw unreadableAnswer(asked, answer, why, { token, code: "remote-refused" });
    }
  }

  function refuseClosed(): void {
    if (closed) throw new PointsmanError("bug", `the remote ${name} is closed`);
  }

  return {
    name,
    url,
    hasToken: token !== undefined,
    comparesAndSets: () => caller.offers("compare-and-set"),
    keepsHistory: () => caller.offers("source"),
    async list({ family } = {}, { signal } = {}) {
      refuseClosed();
      return listPointers(listed, family, signal);
    },
    async holdsName(pointer, { signal } = {}) {
      refuseClosed();
      return holdsName(listed, pointer, signal);
    },
    history(pointer, { signal } = {}) {
      refuseClosed();
      return readHistory(caller, pointer, { signal, token });
    },
    async create(pointer, { pipeline, locked }, call) {
      const body: WirePointerCreate = { pointer, pointer_or_pipeline_id: pipeline, locked };
      const headers = await conditions(call);
      return write({ method: "POST", path: pointerPath, body, headers }, readValue, call);
    },
    async update(pointer, { pipeline, locked }: PointerValue, call) {
      const body = { pointer_or_pipeline_id: pipeline, locked };
      const headers = await conditions(call);
      return write({ method: "PATCH", path: pathOfPointer(pointer), body, headers }, readValue, call);
    },
    async delete(pointer, call) {
      const headers = await conditions(call);
      return write({ method: "DELETE", path: pathOfPointer(pointer), headers }, () => undefined, call);
    },
    publish(pipeline) {
      const body = { input_variables: [], output_variables: [], ...pipeline };
      return write({ method: "POST", path: pipelinePath, body }, (answer) => ({
        id: readPipelineId(answer),
      }));
    },
    async sources(family, { signal } = {}) {
      refuseClosed();
      return listSources(caller, family, { signal, token });
    },
    async listTokens() {
      refuseClosed();
      return listTokens(caller, token);
    },
    createToken: (body) => write({ method: "POST", path: tokenPath, body }, readNewToken),
    revokeToken: (id) =>
      write({ method: "DELETE", path: `${tokenPath}/${encodeURIComponent(id)}` }, () => undefined),
    async close() {
      closed = true;
      await transport.close();
    },
  };
}

function readValue(body: unknown): RemotePointer {
  const { pointer, pipeline_id, locked } = readPointer(body);
  return { pointer, pipeline: pipeline_id, locked };
}

/** RFC 9110, 13.1: the write is done only where the pointer is still that, or is still not there. */
function ifStill(expected: PointerValue | null): Record<string, string> {
  if (expected === null) return { "if-none-match": "*" };
  return { "if-match": etagOf({ pipeline_id: expected.pipeline, locked: expected.locked }) };
}
