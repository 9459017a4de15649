import { expect, it } from "vitest";
import { openRepo } from "../../src/git/open-repo.ts";
import { timeline } from "../../src/history/timeline.ts";
import type { CommitChange, Repo } from "../../src/model/repo.ts";
import { init } from "../git/make-repository.ts";

it("ends the walk of a long history whose tip cannot be read", async () => {
  const made = await init();
  await made.write("pointers/u/p.yaml", "pointers:\n  u/p:tag: pipeline_a\n");
  const tip = made.commit("First");
  let isEnded = false;
  const repo: Repo = {
    ...(await openRepo(made.dir, process.env)),
    async *history(): AsyncIterable<CommitChange[]> {
      try {
        const commit = { id: tip, parents: [], author: "A", date: "2026-11-17T00:00:00Z", subject: "First" };
        for (;;) yield [{ ...commit, files: [] }];
      } finally {
        isEnded = true;
      }
    },
    files: () => Promise.reject(new Error("damaged")),
  };
  const steps = timeline(repo, tip)[Symbol.asyncIterator]();
  await expect(steps.next()).rejects.toThrow("damaged");
  expect(isEnded).toBe(true);
});
