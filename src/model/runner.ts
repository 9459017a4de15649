/** What a remote says of a run. */
export interface RunReport {
  readonly id: string;
  readonly state: string;
  /** `value` may be anything that JSON has; `file` stands in its place where the type is file. */
  readonly outputs:
    readonly { readonly type: string; readonly value?: unknown; readonly file?: unknown }[] | null;
  readonly error: {
    readonly type: string;
    readonly message: string;
    readonly traceback: string | null;
  } | null;
  /** The remote's own words: JSON, in which numbers have all their digits. */
  readonly text: string;
}

/** Sends runs to a remote, as a caller would. Every method may throw `RemoteError`; nothing is sent twice. */
export interface Runner {
  readonly name: string;
  readonly url: string;
  /** @param body the request's, JSON text */
  run(body: string): Promise<RunReport>;
  /** The same with the outputs as they come: a report for each part of them, the last of which may say that it failed. */
  stream(body: string): AsyncIterable<RunReport>;
  /** The names of a pipeline's pointers, for whoever may see them. */
  pointers(family: string): Promise<readonly string[]>;
  close(): Promise<void>;
}
