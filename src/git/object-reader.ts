import { PointsmanError } from "../errors.ts";
import { counted } from "../profile.ts";
import { explainFailure } from "./explain-failure.ts";
import type { Git } from "./run-git.ts";

/** An object of a repository, or what a revision names. */
export interface GitObject {
  readonly id: string;
  readonly type: string;
  /** Null where its size is more than the reader keeps. */
  readonly bytes: Buffer | null;
}

export interface ObjectReader {
  /**
   * Objects by their ids, or by anything else that names one (`HEAD`, `COMMIT:path`), in the order of the
   * names; null where there is none.
   * @param names none has a line break in it
   * @throws PointsmanError `git-missing`, `git-failed`
   */
  read(names: readonly string[]): Promise<(GitObject | null)[]>;
}

/** Milliseconds after which a process that nobody asks is ended; the next question starts another. */
const patience = 1000;

/**
 * One `git cat-file --batch` that stays open: a question costs a turn of the event loop, where a process
 * of its own costs milliseconds. It never keeps the program alive.
 * @param largest of what is larger, in bytes, the content passes by and is not kept
 */
export function objectReader(git: Git, largest: number): ObjectReader {
  let talk: Talk | null = null;
  return {
    read(names) {
      if (names.length === 0) return Promise.resolve([]);
      if (names.some((name) => name.includes("\n")))
        throw new PointsmanError("bug", "git is asked for an object whose name has a line break.");
      if (talk === null || talk.isOver()) talk = startTalk(git, largest);
      return talk.ask(names);
    },
  };
}

interface Talk {
  readonly ask: (names: readonly string[]) => Promise<(GitObject | null)[]>;
  readonly isOver: () => boolean;
}

interface Question {
  readonly count: number;
  readonly answers: (GitObject | null)[];
  readonly resolve: (answers: (GitObject | null)[]) => void;
  readonly reject: (error: unknown) => void;
}

const args = ["cat-file", "--batch"] as const;

function startTalk(git: Git, largest: number): Talk {
  const started = git.start(args);
  const { child, said, exit } = started;
  const questions: Question[] = [];
  let isOver = false;
  let idle: NodeJS.Timeout | undefined;
  const fail = (error: unknown): void => {
    isOver = true;
    clearTimeout(idle);
    for (const { reject } of questions.splice(0)) reject(error);
  };
  const rest = (): void => {
    started.hold(false);
    idle = setTimeout(() => {
      isOver = true;
      child.stdin.end();
    }, patience).unref();
  };
  const answered = (object: GitObject | null): void => {
    const [question] = questions;
    if (question === undefined) return;
    question.answers.push(object);
    if (question.answers.length < question.count) return;
    questions.shift();
    question.resolve(question.answers);
    if (questions.length === 0) rest();
  };
  child.stdout.on("data", answersIn(largest, answered));
  exit.then((code) => fail(explainFailure(args, said(), code)), fail);
  return {
    isOver: () => isOver,
    ask(names) {
      clearTimeout(idle);
      counted("objects", names.length);
      started.hold(true);
      return new Promise((resolve, reject) => {
        questions.push({ count: names.length, answers: [], resolve, reject });
        child.stdin.write(`${names.join("\n")}\n`);
      });
    },
  };
}

/** Takes the output apart: `ID TYPE SIZE`, the content and a line break; any other line is a no. */
function answersIn(largest: number, answered: (object: GitObject | null) => void): (chunk: Buffer) => void {
  let line = "";
  let object: { id: string; type: string; parts: Buffer[] | null } | null = null;
  /** Bytes of the object that have not come yet, with the line break behind it. */
  let left = 0;
  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      if (object !== null) {
        const part = chunk.subarray(at, at + left);
        at += part.length;
        left -= part.length;
        object.parts?.push(part);
        if (left > 0) continue;
        const { id, type, parts } = object;
        object = null;
        answered({ id, type, bytes: parts === null ? null : withoutLast(parts) });
        continue;
      }
      const end = chunk.indexOf(10, at);
      line += chunk.toString("latin1", at, end === -1 ? chunk.length : end);
      if (end === -1) return;
      at = end + 1;
      const [, id, type = "", size = ""] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line) ?? [];
      line = "";
      if (id === undefined) {
        answered(null);
        continue;
      }
      object = { id, type, parts: Number(size) <= largest ? [] : null };
      left = Number(size) + 1;
    }
  };
}

function withoutLast(parts: readonly Buffer[]): Buffer {
  const [first] = parts;
  const all = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
  return all.subarray(0, all.length - 1);
}
