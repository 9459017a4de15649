import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";

/** A whole answer. */
export interface Exchanged {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Whether it was UTF-8: what is not has signs in its place in the text that nobody wrote. */
  readonly isUtf8: boolean;
}

/** What large answers wait for before they are taken into memory. */
export interface Room {
  /** Bytes that are taken without. */
  readonly uncounted: number;
  /** Resolves once there is room for so many bytes, and is told at the end how many they were. */
  readonly wait: (bytes: number) => Promise<{ readonly keep: (bytes: number) => void }>;
}

/**
 * Sends a request and takes its whole answer. It is undici's `request` without the stream that comes of
 * that, which costs as much as all the rest.
 * @param options.limit bytes of the answer at most
 * @param options.tooLarge what ends it where the answer is larger
 * @param options.room of all, if absent
 * @param options.onAbort is given what ends it early
 * @throws undici's own errors, and what ended it
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  options: {
    readonly limit: number;
    readonly tooLarge: () => Error;
    readonly room?: Room;
    readonly onAbort?: (abort: (reason: Error) => void) => void;
  },
): Promise<Exchanged> {
  const { limit, tooLarge, room } = options;
  const uncounted = room?.uncounted ?? Number.POSITIVE_INFINITY;
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
    let isCounted = false;
    let keep: ((bytes: number) => void) | undefined;
    /** Nothing more is read of the connection meanwhile. */
    const count = async (reading: Dispatcher.DispatchController, bytes: number): Promise<void> => {
      isCounted = true;
      reading.pause();
      keep = (await room?.wait(bytes))?.keep;
      reading.resume();
    };
    options.onAbort?.(end);
    if (ended !== undefined) return;
    dispatcher.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        // It may have waited for a connection longer than anybody waited for it.
        if (ended !== undefined) started.abort(ended);
      },
      onResponseStart(reading, statusCode, received) {
        [status, headers, size, chunks] = [statusCode, received, 0, []];
        const length = Number(received["content-length"]);
        if (length > limit) end(tooLarge());
        else if (length > uncounted) void count(reading, length);
      },
      onResponseData(reading, chunk) {
        size += chunk.length;
        if (size > limit) return end(tooLarge());
        chunks.push(chunk);
        if (size > uncounted && !isCounted) void count(reading, limit);
      },
      onResponseEnd() {
        keep?.(size);
        const body = joined(chunks);
        resolve({ status, headers, text: body.toString("utf8"), isUtf8: isUtf8(body) });
      },
      onResponseError: (_controller, error) => reject(error),
    });
  });
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
