import { expect } from "vitest";
import type { Repo } from "../../src/model/repo.ts";
import { openRepo } from "../../src/git/open-repo.ts";
import { type Answers, type Questions, ask } from "./repo-conformance.ts";

/** What there is to ask of `team()`. */
export const teamRefs = {
  refs: `main other feature light v1.0 again tags/v1.0 refs/tags/again heads/main v1.0~1 again^2 feature~1
    main~2^2 other~1^0~1 refs/heads/feature main~7`.split(/\s+/),
  pairs: [
    ["main", "feature"],
    ["feature~1", "main~4"],
    ["other", "main"],
  ],
  paths: ["pointers", "pointers/a", "pointers/a/one.yaml", "pointers/b/two.yaml"],
} satisfies Questions;

export const read = (dir: string, how: "git" | "js"): Promise<Repo> =>
  openRepo(dir, { ...process.env, POINTSMAN_GIT: how });

/** Both readers' answers, which are one. */
export async function same(dir: string, questions: Questions = {}): Promise<Answers> {
  const [byProgram, byJs] = await Promise.all(
    (["git", "js"] as const).map(async (how) => ask(await read(dir, how), questions)),
  );
  for (const key of Object.keys(byProgram!) as (keyof Answers)[])
    expect({ [key]: byJs![key] }).toEqual({ [key]: byProgram![key] });
  return byProgram!;
}

/** The subjects of the history that was asked for. */
export const subjects = (answers: Answers, paths = "everything"): unknown[] =>
  (answers.history[paths] as { subject: string }[]).map(({ subject }) => subject);
