import type { SyncResult } from "../model/report.ts";

/**
 * What a sync tells while it runs, enough for a line of progress: `start` once, `result` for each pointer
 * in the order they end, `retry` before a write that the remote did not take is tried again (`ms` from
 * now). Pauses that a remote asks for are told by the remote itself.
 */
export type SyncEvent =
  | { readonly type: "start"; readonly total: number }
  | { readonly type: "result"; readonly result: SyncResult; readonly done: number; readonly total: number }
  | {
      readonly type: "retry";
      readonly pointer: string;
      readonly tries: number;
      readonly ms: number;
      readonly error: string;
    };
