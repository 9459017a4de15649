import type { WirePage } from "../../wire/page.ts";
import type { WirePointerEvent } from "../../wire/pointer-event.ts";
import type { WirePointer, WirePointerCreate, WirePointerPatch } from "../../wire/pointer.ts";
import type { Condition } from "../../wire/etag.ts";
import type { Author } from "./store.ts";

/** The pointers of a registry. `pointer` arguments are names of any form: what cannot exist is not found. */
export interface PointerStore {
  /** One page, by name in the order of code points; `total` and the rows are of one state. */
  list(filter: PointerFilter): Promise<WirePage<WirePointer>>;
  /** @param deleted whether also one whose pipeline is deleted is shown */
  get(pointer: string, deleted: boolean): Promise<WirePointer>;
  /** What a pointer's name or a pipeline's id stands for now; null where it is nothing. */
  resolve(target: string): Promise<Resolved | null>;
  /** 409 where the name is taken. */
  create(body: WirePointerCreate, author: Author): Promise<WirePointer>;
  /** @param expected 412 where it does not hold at the moment of the write */
  patch(pointer: string, body: WirePointerPatch, author: Author, expected?: Condition): Promise<Patched>;
  /** @param expected as for `patch` */
  delete(pointer: string, author: Author, expected?: Condition): Promise<void>;
  /** The audit of one pointer, newest first, also of one that is gone. */
  history(pointer: string, page: PageOf): Promise<WirePage<WirePointerEvent>>;
  /**
   * The entry of the audit that made a pointer what it was at a moment; null where it was nothing.
   * @param time in seconds since 1970
   */
  at(pointer: string, time: number): Promise<WirePointerEvent | null>;
}

export interface Patched {
  readonly pointer: WirePointer;
  /** False where it was like that already: nothing was written then. */
  readonly isChanged: boolean;
}

export interface PageOf {
  readonly skip: number;
  readonly limit: number;
}

export interface PointerFilter extends PageOf {
  /** `username/pipeline`, all families if absent. */
  readonly family?: string | undefined;
  /** Only theirs; everybody's if absent. */
  readonly usernames?: readonly string[] | undefined;
  /** Also the pointers of deleted pipelines. */
  readonly deleted: boolean;
}

/** Where a name leads. */
export interface Resolved {
  /** The name; null where the target was a pipeline's id. */
  readonly pointer: string | null;
  readonly pipeline: {
    readonly id: string;
    readonly name: string;
    readonly image: string;
    /** The pipeline's extras as they were uploaded and patched, `endpoints` among them. */
    readonly extras: Readonly<Record<string, unknown>>;
  };
}
