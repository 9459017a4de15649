import type { Remote } from "../model/remote.ts";
import type { Clock } from "../remotes/clock.ts";
import type { SyncEvent } from "./events.ts";
import type { Families } from "./families.ts";
import type { Halt } from "./halt.ts";

/** What all changes of one sync share. */
export interface Run {
  readonly remote: Remote;
  readonly families: Families;
  readonly halt: Halt;
  /** Writes of one step at most. */
  readonly attempts: number;
  /** Milliseconds before the second write; doubled before each further one. */
  readonly delay: number;
  readonly clock: Clock;
  readonly onEvent: (event: SyncEvent) => void;
  /** A write was sent that the remote did not definitely refuse. */
  readonly onWritten: () => void;
}
