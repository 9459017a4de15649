import { createHash } from "node:crypto";
import { expect } from "vitest";
import type { CommitChange, Repo } from "../../src/model/repo.ts";
import { PointsmanError } from "../../src/errors.ts";

/** What a repository answers to everything that the Repo port can be asked. */
export interface Answers {
  readonly head: unknown;
  readonly compared: unknown;
  readonly branch: unknown;
  readonly isShallow: unknown;
  readonly serverUrl: unknown;
  readonly serverBranch: unknown;
  readonly listed: unknown;
  readonly refs: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, unknown>>;
  readonly history: Readonly<Record<string, unknown>>;
  readonly contents: unknown;
  readonly mergeBases: Readonly<Record<string, unknown>>;
}

export interface Questions {
  /** Besides those that are asked of every repository. */
  readonly refs?: readonly string[];
  /** Paths whose files and history are asked for. */
  readonly paths?: readonly string[];
  /** Pairs of refs. */
  readonly pairs?: readonly (readonly [string, string])[];
  readonly ids?: readonly string[];
}

/** Names of no commit in any repository, whatever git itself would make of some of them. */
export const unknownRefs = [
  `gone gone~1 0123456789abcdef0123456789abcdef01234567 abc HEAD~999999 HEAD^9 -x --all --output=owned
  @{u} @{-1} @{0} HEAD@{0} main@{yesterday} @{upstream} HEAD: HEAD:pointers HEAD^{tree} HEAD^{} HEAD^{/Start}
  :/Start :0:README.md HEAD^! HEAD..HEAD HEAD...HEAD~1 .. ^HEAD HEAD^@ HEAD^- main.lock /main main/
  refs//heads/main . HEAD. config index refs refs/heads objects ../HEAD refs/../HEAD logs/HEAD description
  * ma?n ma[i]n`.split(/\s+/),
  ["", " ", "main HEAD", "main\n", "main\u0000", "\u001b[31mmain"],
].flat();

const knownRefs = "HEAD @ HEAD~0 HEAD^0 @~ HEAD^ HEAD~2 HEAD^1~1 HEAD^2 HEAD~3^2~1".split(" ");

/**
 * Asks a repository everything. Two implementations of the port are the same when their answers are.
 */
export async function ask(repo: Repo, questions: Questions = {}): Promise<Answers> {
  const { refs = [], paths = ["pointers"], pairs = [], ids = [] } = questions;
  const head = await repo.head();
  const whole = head === null ? [] : (await collect(repo.history(head))).flat();
  const commits = head === null ? [] : [head, ...whole.map(({ id }) => id)];
  const shortened = commits.slice(0, 1).flatMap((id) => [id, id.slice(0, 12), id.slice(0, 12).toUpperCase()]);
  const history: Record<string, unknown> = {};
  const files: Record<string, unknown> = {};
  const blobs = new Set<string>(ids);
  for (const commit of head === null ? [] : [head]) {
    holdsOfHistory(whole, commit);
    history["everything"] = whole;
    const each = paths.length === 1 ? [] : paths.map((path) => [path]);
    for (const asked of [...each, paths, ["", ...paths], ["gone"]]) {
      const some = (await collect(repo.history(commit, asked))).flat();
      holdsOfPaths(some, whole, asked);
      history[asked.join(" ")] = some;
      for (const change of some)
        for (const { before, after } of change.files) blobs.add(before ?? after ?? "");
    }
    for (const path of ["", ...paths, `${paths[0] ?? ""}/gone`, "README.md", "README.md/x"])
      files[path] = await answer(async () =>
        (await repo.files(commit, path)).map(({ path, kind, bytes }) => ({
          path,
          kind,
          bytes: bytesOf(bytes),
        })),
      );
  }
  const asked = [...blobs, "0".repeat(40), "1".repeat(40), "", "not an id", head ?? "2".repeat(40)];
  const contents = await answer(async () =>
    [...(await repo.contents(asked))]
      .map(([id, bytes]) => [id, bytesOf(bytes)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  const ends = [null, commits.at(-1) ?? null, commits.at(1) ?? null];
  const compared = await table(head === null ? [] : ends.map(String), async (before) => {
    const from = before === "null" ? null : before;
    const all: Record<string, unknown> = {};
    for (const asked of [paths, [...paths, "README.md", "gone"], ["gone"], [""]])
      all[asked.join(" ")] = await repo.compare(from, head ?? "", asked);
    return all;
  });
  return {
    head,
    compared,
    branch: await repo.branch(),
    isShallow: await repo.isShallow(),
    serverUrl: await repo.serverUrl(),
    serverBranch: await repo.serverBranch(),
    listed: await repo.refs(),
    refs: await table([...knownRefs, ...shortened, ...refs], (ref) => repo.resolve(ref)),
    files,
    history,
    contents,
    mergeBases: await table(
      [...pairs, ["HEAD", "HEAD~2"] as const, ["HEAD~1", "HEAD"] as const, ["HEAD", "HEAD"] as const].map(
        (pair) => pair.join(" "),
      ),
      async (pair) => {
        const [a = "", b = ""] = pair.split(" ");
        return repo.mergeBase(await repo.resolve(a), await repo.resolve(b));
      },
    ),
  };
}

/** First parents only, newest first, from the commit that was asked for to the end. */
function holdsOfHistory(whole: readonly CommitChange[], commit: string): void {
  let next: string | undefined = commit;
  for (const change of whole) {
    expect(change.id).toBe(next);
    expect(change.files).toEqual([]);
    expect(change.date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
    next = change.parents[0];
  }
  expect(next).toBeUndefined();
}

/** Of the same commits, in the same order, those that changed something below the paths. */
function holdsOfPaths(
  some: readonly CommitChange[],
  whole: readonly CommitChange[],
  paths: readonly string[],
): void {
  const ids = some.map(({ id }) => id);
  expect(whole.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids);
  for (const { files } of some) {
    expect(files.length).toBeGreaterThan(0);
    const names = files.map(({ path }) => path);
    expect(names).toEqual([...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1)));
    for (const name of names)
      expect(paths.some((path) => path === "" || name === path || name.startsWith(`${path}/`))).toBe(true);
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What was answered; of an error its code. Any other error is the test's. */
export async function answer<T>(ask: () => Promise<T>): Promise<T | string> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PointsmanError) return error.code;
    throw error;
  }
}

async function table(
  keys: readonly string[],
  ask: (key: string) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const key of keys) all[key] = await answer(() => ask(key));
  return all;
}

/** The content, or of a long one what it takes to tell it from another. */
function bytesOf(bytes: Uint8Array | null): string | null {
  if (bytes === null || bytes.length <= 256) return bytes && Buffer.from(bytes).toString("latin1");
  return `${bytes.length} bytes ${createHash("sha256").update(bytes).digest("hex")}`;
}
