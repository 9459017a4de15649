import { expect, it } from "vitest";
import { openRepo } from "../../src/git/open-repo.ts";
import { entriesOf } from "../../src/history/entries.ts";
import type { Repo } from "../../src/model/repo.ts";
import { init } from "../git/make-repository.ts";

it("a chain through many files is told whole, without a walk of history for each of them", async () => {
  const links = 100;
  const made = await init();
  const link = (index: number, target: string) =>
    made.write(`pointers/u/p${index}.yaml`, `pointers:\n  u/p${index}:tag: ${target}\n`);
  for (let index = 0; index < links; index += 1) await link(index, `u/p${index + 1}:tag`);
  await link(links, "pipeline_a");
  const first = made.commit("First");
  await link(links, "pipeline_b");
  const second = made.commit("Second");

  const opened = await openRepo(made.dir, process.env);
  let walks = 0;
  const repo: Repo = {
    ...opened,
    history(...args) {
      walks += 1;
      return opened.history(...args);
    },
  };
  const entries = await entriesOf("u/p0:tag", { repo, tip: second, root: "", isExternal: () => false });
  expect(
    entries.map(({ commit, before, after, moved }) => [commit.id, before?.pipeline, after?.pipeline, moved]),
  ).toEqual([
    [second, "pipeline_a", "pipeline_b", `u/p${links}:tag`],
    [first, undefined, "pipeline_a", "u/p0:tag"],
  ]);
  expect(walks).toBeLessThan(10);
});
