import type { Forge } from "./forge.ts";
import type { Job, Run } from "./job.ts";

export type Level = "error" | "warning" | "notice";

/** The CI that runs us: what it asks for, and where it shows what we say. */
export interface Host {
  readonly name: "GitHub" | "GitLab";
  readonly job: Job;
  readonly run: Run;
  /** Null where there is no token for it. */
  readonly forge: Forge | null;
  /** What gives it one, as a sentence. */
  readonly tokenHint: string;
  /** The format in which `validate` prints what the CI shows beside the lines. */
  readonly problemFormat: "github" | "text";
  /** Where the CI reads a report of problems from, from the root of the working tree; null where it reads none. */
  readonly codeQualityFile: string | null;
  /** The folder for files that a later step keeps; null where they go into the working tree. */
  readonly keptFolder: string | null;
  /** Says one sentence where people look first. */
  readonly annotate: (level: Level, text: string) => void;
  /** Text for the log, in which `printable` has kept others from giving commands to the runner. */
  readonly log: (text: string) => void;
  /** Adds a part to what the run's page shows. */
  readonly summarise: (markdown: string) => Promise<void>;
  /** Sets an output of the step, where the CI has such. */
  readonly output: (name: string, value: string | number) => Promise<void>;
}
