import type { PointerValue } from "./pointer.ts";
import type { ModelSource, Source } from "./source.ts";

/** A pointer as a remote has it. */
export interface RemotePointer extends PointerValue {
  readonly pointer: string;
}

/** What became of a pointer once, as the remote recorded it. */
export interface RemoteEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Null where it was not there. */
  readonly before: PointerValue | null;
  readonly after: PointerValue | null;
  /** The name of the token that did it. */
  readonly by: string;
  readonly source: Source | null;
}

/** A pipeline to register. Fields other than these are sent as they are. */
export interface NewPipeline {
  /** `username/pipeline` */
  readonly name: string;
  readonly image: string;
  readonly extras?: Readonly<Record<string, unknown>>;
}

/**
 * How long a call may wait. Once `signal` is aborted it waits no more, neither for a back-off nor for a
 * pause that the remote asked for: a request that would have to wait throws `RemoteError` with the code
 * `interrupted` and is not sent. A request under way is not cut.
 */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How a pointer is written. */
export interface WriteOptions extends CallOptions {
  /**
   * What the pointer must be for the write to be done, null for absent: elsewhere it is a conflict. Only for a
   * remote that compares and sets.
   */
  readonly expected?: PointerValue | null | undefined;
}

/**
 * Where pointers live. Every method may throw `RemoteError`. Reads retry by themselves; a write is
 * sent once, and its caller decides what an unclear answer means (contract: a write is done when it
 * is confirmed).
 */
export interface Remote {
  readonly name: string;
  readonly url: string;
  /** Whether calls are made with a token: what it may not see, no listing has. */
  readonly hasToken: boolean;
  /**
   * Whether the remote minds what a pointer is expected to be, atomically with the write. False until a listing
   * or a write has said so.
   */
  comparesAndSets(): boolean;
  /** Whether the remote records what became of its pointers. False until a listing or a write has said so. */
  keepsHistory(): boolean;
  /**
   * The whole listing by name, or throws: never a part of it. Names are opaque: our grammar does not bind them. It is
   * the caller's own.
   * @param filter.family only the pointers of one `username/pipeline`
   */
  list(filter?: { readonly family?: string }, options?: CallOptions): Promise<Map<string, PointerValue>>;
  /** Whether a pointer has the name, be it one of a deleted pipeline, which is not listed and may still hold it. */
  holdsName(pointer: string, options?: CallOptions): Promise<boolean>;
  /** All that was recorded of a pointer, newest first, also of one that is gone; only where history is kept. */
  history(pointer: string, options?: CallOptions): AsyncIterable<RemoteEvent>;
  /** Makes a pointer; gives what the remote says it now is. */
  create(pointer: string, value: PointerValue, options?: WriteOptions): Promise<RemotePointer>;
  /** Moves, locks or unlocks a pointer; gives what the remote says it now is. */
  update(pointer: string, value: PointerValue, options?: WriteOptions): Promise<RemotePointer>;
  delete(pointer: string, options?: WriteOptions): Promise<void>;
  /** Registers a pipeline, which makes its next version pointer; `id` is the new pipeline's. */
  publish(pipeline: NewPipeline): Promise<{ readonly id: string }>;
  /**
   * Where the models of one `username/pipeline` come from, by the ids of its pipelines: what their publishers
   * said, unchecked. Those that did not are left out.
   */
  sources(family: string, options?: CallOptions): Promise<ReadonlyMap<string, ModelSource>>;
  /** Frees connections and files. Further calls are errors. */
  close(): Promise<void>;
}
