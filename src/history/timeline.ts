import type { CommitChange, Repo } from "../model/repo.ts";
import { pointersFolder } from "../pointer/pointer-path.ts";
import { readAhead } from "./read-ahead.ts";
import { pastFile } from "./past-files.ts";
import { type Batch, type Files, type Step, stepsThrough } from "./steps.ts";

/**
 * The first-parent commits of a branch that changed pointer files, newest first. Feature branches
 * count where they were merged: what stood inside them never was what a sync applied.
 *
 * They come some at a time: a turn for each would take longer than most of them take to look at. The states of a
 * step hold until the next one is asked for. A file is parsed when its names are first asked for, and forgotten
 * with the step that replaced it.
 * @param paths only commits that changed files at or below these; all pointer files where it is absent
 * @param isLooked whether a file among these is looked at: others are not read
 */
export async function* timeline(
  repo: Repo,
  tip: string,
  paths: readonly string[] = [pointersFolder],
  isLooked: (path: string) => boolean = () => true,
): AsyncIterable<Iterable<Step>> {
  const isRead = (path: string): boolean => path.endsWith(".yaml") && isLooked(path);
  // git walks the history, and reads what comes next, while the tip is read and steps are looked at.
  const batches = readAhead(
    few(repo.history(tip, paths)),
    (commits) => load(repo, commits, isRead),
    batchesAhead,
  );
  let files: Files;
  try {
    const lists = await Promise.all(paths.map((path) => repo.files(tip, path)));
    const read = lists.flat().filter(({ path }) => isRead(path));
    files = new Map(read.map(({ path, bytes }) => [path, pastFile(path, bytes)]));
  } catch (error) {
    // Nobody will come to read them: git would be waited for in vain.
    await batches.stop();
    throw error;
  }
  const stepsOf = stepsThrough(files);
  for await (const batch of batches) yield stepsOf(batch);
}

/** How many commits are read at once, and how often: what git answers meanwhile has to fit into little memory. */
const mostAtOnce = 32;
const batchesAhead = 8;

async function* few(
  history: AsyncIterable<readonly CommitChange[]>,
): AsyncGenerator<readonly CommitChange[]> {
  for await (const commits of history) {
    for (let at = 0; at < commits.length; at += mostAtOnce) yield commits.slice(at, at + mostAtOnce);
  }
}

async function load(
  repo: Repo,
  history: readonly CommitChange[],
  isRead: (path: string) => boolean,
): Promise<Batch> {
  const commits: CommitChange[] = [];
  const ids: string[] = [];
  for (const commit of history) {
    const files = commit.files.filter(({ path }) => isRead(path));
    if (files.length > 0) commits.push(files.length === commit.files.length ? commit : { ...commit, files });
    for (const { before } of files) if (before !== null) ids.push(before);
  }
  return { commits, contents: await repo.contents(ids) };
}
