import { type IncomingMessage, request as plain } from "node:http";
import { request as secure } from "node:https";
import type { Socket } from "node:net";
import { buildConnector } from "undici";
import type { HttpProxy } from "../../model/http-proxy.ts";
import { RemoteError } from "../remote-error.ts";
import { reasonOf } from "./unreachable.ts";

/**
 * Makes TLS connections of a pool through an HTTP proxy (CONNECT, RFC 9110, 9.3.6). The proxy learns the
 * host's name and nothing else: certificates are checked as without one.
 */
export function tunnelConnector(proxy: HttpProxy, timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout });
  return (options, settle) => {
    openTunnel(proxy, `${options.hostname}:${options.port || "443"}`, timeout).then(
      (socket) => connect({ ...options, httpSocket: socket }, settle),
      (error: RemoteError) => settle(error, null),
    );
  };
}

/**
 * @param host with its port
 * @throws RemoteError where there is no way through: the remote never got the request
 */
function openTunnel(proxy: HttpProxy, host: string, timeout: number): Promise<Socket> {
  const { url, authorization } = proxy;
  const headers = { host, ...(authorization === undefined ? {} : { "proxy-authorization": authorization }) };
  const request = url.startsWith("https:") ? secure : plain;
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "CONNECT", path: host, headers, agent: false, timeout });
    asked.once("connect", (answer: IncomingMessage, socket: Socket) => {
      socket.setTimeout(0);
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(refused(proxy, host, answer.statusCode ?? 0));
    });
    asked.once("timeout", () => asked.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" })));
    asked.once("error", (cause) => reject(lost(proxy, cause)));
    asked.end();
  });
}

function refused({ url }: HttpProxy, host: string, status: number): RemoteError {
  const wantsUser = "it wants a user and a password, or others: HTTPS_PROXY=http://user:password@host:port";
  return new RemoteError(`the proxy ${url} made no connection to ${host}: it answered ${status}`, {
    // A gateway's trouble may pass.
    outcome: status >= 500 ? "unclear" : "refused",
    code: "remote-unreachable",
    isUnsent: true,
    hint: status === 407 ? wantsUser : hint,
  });
}

function lost({ url }: HttpProxy, cause: unknown): RemoteError {
  return new RemoteError(`the proxy ${url} ${reasonOf(cause)}`, {
    outcome: "unclear",
    code: "remote-unreachable",
    isUnsent: true,
    hint,
    cause,
  });
}

const hint = "is HTTPS_PROXY right? Hosts that NO_PROXY names are reached without it";
