import { logArguments } from "./git-log.ts";
import { outermost } from "./paths.ts";
import type { Git } from "./run-git.ts";

/** The output of `git log` for a commit and some paths; none means all commits and no files. */
export type HistoryAhead = (commit: string, paths: readonly string[]) => AsyncIterable<Buffer>;

/** A history that will probably be asked for. */
export interface Expected {
  readonly commit: string;
  readonly paths: readonly string[];
}

/**
 * Runs `git log`, by far the longest of what git is asked: the one that is expected at once, before
 * anything is known for sure. Where another one is asked for, that one is run and the first is ended.
 */
export function historyAhead(git: Git, expected: Expected | null): HistoryAhead {
  let ahead = expected === null ? null : begin(git, expected);
  return (commit, paths) => {
    const begun = ahead;
    ahead = null;
    if (begun?.key === keyOf({ commit, paths })) return begun.take();
    begun?.drop();
    return git.stream(argumentsFor({ commit, paths }));
  };
}

interface Begun {
  readonly key: string;
  readonly take: () => AsyncIterable<Buffer>;
  readonly drop: () => void;
}

function begin(git: Git, expected: Expected): Begun {
  const started = git.start(argumentsFor(expected));
  started.child.stdin.end();
  started.hold(false);
  // Asked for at once: of a command that ends before anybody reads, Node throws the output away.
  const output = started.output()[Symbol.asyncIterator]();
  const first = output.next();
  first.catch(() => undefined);
  return {
    key: keyOf(expected),
    async *take() {
      started.hold(true);
      try {
        for (let next = await first; next.done !== true; next = await output.next()) yield next.value;
      } finally {
        await output.return?.();
      }
    },
    drop: () => void started.child.kill(),
  };
}

function keyOf({ commit, paths }: Expected): string {
  return [commit, ...paths].join("\0");
}

function argumentsFor({ commit, paths }: Expected): string[] {
  return [
    ...logArguments,
    ...(paths.length === 0 ? ["--no-patch"] : []),
    "--end-of-options",
    commit,
    "--",
    ...(paths.includes("") ? [] : outermost(paths)),
  ];
}
