import type { Socket } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import { correlationHeader } from "../../wire/error-body.ts";
import { answerUnderWay } from "./answer-under-way.ts";
import { correlationId } from "./correlation-id.ts";
import type { Log } from "./log.ts";
import { Refusal } from "../refusal.ts";
import { Unavailable } from "../store/unavailable.ts";

/** Answers whatever was thrown in FastAPI's shape. Only a refusal's own words leave the registry. */
export function answerError(log: Log) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    if (error instanceof Refusal) {
      const { status, faults, message } = error;
      if (status === 503) void reply.header("retry-after", "1");
      void reply.code(status).send({ detail: faults.length === 0 ? message : faults });
      return;
    }
    const { statusCode, code } = error as { statusCode?: number; code?: string };
    if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
      const detail = refused[code ?? ""]?.(request) ?? "the request cannot be read";
      void reply.code(statusCode).send({ detail });
      return;
    }
    const { id, method, url } = request;
    log.error({ correlation_id: id, method, path: url.split("?", 1)[0], err: error }, "request failed");
    if (error instanceof Unavailable) {
      void reply
        .code(503)
        .header("retry-after", "1")
        .send({ detail: "the registry cannot do that now: try again" });
      return;
    }
    void reply.code(500).send({ detail: "Internal Server Error" });
  };
}

/** What fastify refuses by itself. */
const refused: Partial<Record<string, (request: FastifyRequest) => string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (request) => `the body is larger than ${bodyLimitOf(request)}`,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => "the body must be JSON: send content-type: application/json",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => "the body's length is not what content-length says",
  FST_ERR_BAD_URL: () => "the path is not a valid URL",
};

function bodyLimitOf({ routeOptions, server }: FastifyRequest): string {
  const bytes = routeOptions.bodyLimit ?? server.initialConfig.bodyLimit ?? 0;
  return bytes % mebibyte === 0 ? `${bytes / mebibyte} MiB` : `${bytes} bytes`;
}

const mebibyte = 1024 * 1024;

/** Is told of an answer to what did not become a request, by its correlation id, its status and where it came from. */
export type BrokenObserver = (id: string, status: number, ip: string | undefined) => void;

/** Connections that end with such an answer, some of them in the middle of a request. */
const ending = new WeakSet<Socket>();

export function isBroken(connection: Socket): boolean {
  return ending.has(connection);
}

/**
 * Answers bytes that are no HTTP request, for which there is neither request nor reply.
 * @param patience milliseconds after which the connection is closed where the other side has not done so
 */
export function answerBrokenRequest(onBroken: BrokenObserver, patience: number) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable || isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const [status, detail] = broken[error.code ?? ""] ?? ["400 Bad Request", "this is not an HTTP request"];
    const body = JSON.stringify({ detail });
    const id = correlationId();
    const head = [
      `HTTP/1.1 ${status}`,
      "content-type: application/json; charset=utf-8",
      `content-length: ${Buffer.byteLength(body)}`,
      `${correlationHeader}: ${id}`,
      "connection: close",
    ];
    const { remoteAddress } = socket;
    ending.add(socket);
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
    // Until then the request that did not come whole keeps what it took.
    const late = setTimeout(() => socket.destroy(), patience).unref();
    socket.once("close", () => clearTimeout(late));
    onBroken(id, Number.parseInt(status, 10), remoteAddress);
  };
}

/**
 * Whether a request that came whole is being answered there: an answer to what came behind it would be taken for its
 * own, or for a part of it.
 */
function isAnswering(socket: Socket): boolean {
  const answer = answerUnderWay(socket);
  return answer !== null && (answer.req.complete || answer.headersSent);
}

const broken: Partial<Record<string, [status: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "the headers are too large"],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "the request did not arrive in time"],
};
