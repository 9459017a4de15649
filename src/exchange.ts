import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";

/** A whole answer. */
export interface Exchanged {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Sends a request and takes its whole answer. It is undici's `request` without the stream that comes of
 * that, which costs as much as all the rest.
 * @param options.limit bytes of the answer at most
 * @param options.tooLarge what ends it where the answer is larger
 * @param options.onAbort is given what ends it early
 * @throws undici's own errors, and what ended it
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  options: {
    readonly limit: number;
    readonly tooLarge: () => Error;
    readonly onAbort?: (abort: (reason: Error) => void) => void;
  },
): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let ended: Error | undefined;
    let [status, headers, size]: [number, IncomingHttpHeaders, number] = [0, {}, 0];
    let chunks: Buffer[] = [];
    const end = (reason: Error): void => {
      ended ??= reason;
      reject(reason);
      controller?.abort(reason);
    };
    options.onAbort?.(end);
    if (ended !== undefined) return;
    dispatcher.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        // It may have waited for a connection longer than anybody waited for it.
        if (ended !== undefined) started.abort(ended);
      },
      onResponseStart(_controller, statusCode, received) {
        [status, headers, size, chunks] = [statusCode, received, 0, []];
      },
      onResponseData(_controller, chunk) {
        size += chunk.length;
        if (size <= options.limit) chunks.push(chunk);
        else end(options.tooLarge());
      },
      onResponseEnd: () => resolve({ status, headers, text: textOf(chunks) }),
      onResponseError: (_controller, error) => reject(error),
    });
  });
}

function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  return (chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)).toString("utf8");
}
