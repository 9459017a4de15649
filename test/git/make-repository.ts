import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { atEnd } from "../at-end.ts";
import { headOf } from "./head-of.ts";

/** A temporary folder, gone when the test file ends. */
export async function makeFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "pointsman-git-")));
  atEnd(async () => {
    hours = 0;
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A repository made by the real git. Commits are an hour apart, so that ids are the same in every run. */
export interface Made {
  readonly dir: string;
  git(...args: string[]): string;
  /** Runs git with something to read. */
  feed(input: string | Uint8Array, ...args: string[]): string;
  write(path: string, text: string | Uint8Array): Promise<void>;
  /** Commits all there is, at a time of its own; gives the commit's id. */
  commit(message?: string, date?: string): string;
}

let hours = 0;

/** What a folder holds already, as a repository. */
export function at(dir: string): Made {
  const run = (args: string[], input?: string | Uint8Array, env = {}): string =>
    execFileSync("git", args, {
      cwd: dir,
      encoding: "utf8",
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      env: { ...process.env, ...env },
      ...(input === undefined ? {} : { input }),
    }).trim();
  return {
    dir,
    git: (...args) => run(args, undefined, dated()),
    feed: (input, ...args) => run(args, input, dated()),
    async write(path, text) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), text);
    },
    commit(message = "Change", date) {
      run(["add", "--all"]);
      hours += 1;
      run(["commit", "--quiet", "--allow-empty", "-m", message], undefined, dated(date));
      return headOf(dir);
    },
  };
}

function dated(date = `${1_600_000_000 + hours * 3600} +0200`): Record<string, string> {
  return { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
}

/** A new repository without a commit. */
export async function init(...options: string[]): Promise<Made> {
  const made = at(await makeFolder());
  made.git("init", "--quiet", "--initial-branch", "main", ...options);
  return made;
}

/**
 * A small team's history, where most other kinds start: `main` with a merged branch, a branch `other`
 * that goes on, and tags. It is made once for a test file, and copied.
 */
export async function team(...options: string[]): Promise<Made> {
  const key = options.join(" ");
  if (teams.size === 0) atEnd(() => teams.clear());
  if (!teams.has(key)) teams.set(key, makeTeam(options));
  const made = at(await makeFolder());
  await cp((await teams.get(key))?.dir ?? "", made.dir, { recursive: true });
  // They are other files now: git is told that what is in them is the same.
  made.git("update-index", "--refresh");
  return made;
}

const teams = new Map<string, Promise<Made>>();

async function makeTeam(options: readonly string[]): Promise<Made> {
  const made = await init(...options);
  await made.write("README.md", "models\n");
  await made.write("pointers/a/one.yaml", "pointers: {}\n");
  made.commit("Start");
  await made.write("pointers/a/one.yaml", "pointers:\n  a/one:prod: pipeline_1\n");
  await made.write("pointers/b/two.yaml", "pointers: {}\n");
  made.commit("Declare prod\n\nWith a body.");
  made.git("tag", "light");
  made.git("switch", "--quiet", "--create", "feature");
  await made.write("pointers/b/two.yaml", "pointers:\n  b/two:prod: pipeline_2\n");
  made.commit("Try two");
  await made.write("pointers/b/two.yaml", "pointers:\n  b/two:prod: pipeline_3\n");
  made.commit("Take three");
  made.git("switch", "--quiet", "main");
  await made.write("pointers/a/one.yaml", "pointers:\n  a/one:prod: pipeline_4\n");
  made.commit("Move prod");
  hours += 1;
  made.git("merge", "--quiet", "--no-ff", "--message", "Merge feature", "feature");
  made.git("tag", "--annotate", "--message", "one", "v1.0");
  made.git("tag", "--annotate", "--message", "of a tag", "again", "v1.0");
  made.git("branch", "other");
  await made.write("notes.txt", "nothing of ours\n");
  made.commit("Note");
  made.git("rm", "--quiet", "pointers/a/one.yaml");
  made.commit("Remove a/one");
  return made;
}
