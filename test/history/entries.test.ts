import { expect, it } from "vitest";
import { openRepo } from "../../src/git/open-repo.ts";
import { allEntries, entriesOf } from "../../src/history/entries.ts";
import type { Repo } from "../../src/model/repo.ts";
import { init } from "../git/make-repository.ts";
import { collect } from "../git/repo-conformance.ts";

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
  const entries = await entriesOf("u/p0:tag", { repo, tip: second, isExternal: () => false });
  expect(
    entries.map(({ commit, before, after, moved }) => [commit.id, before?.pipeline, after?.pipeline, moved]),
  ).toEqual([
    [second, "pipeline_a", "pipeline_b", `u/p${links}:tag`],
    [first, undefined, "pipeline_a", "u/p0:tag"],
  ]);
  expect(walks).toBeLessThan(10);
});

it("a change from one trouble to another is told, with or without a name", async () => {
  const made = await init();
  await made.write("pointers/u/p.yaml", "pointers:\n  u/p:tag: u/q:tag\n");
  const dangling = made.commit("Nothing to lead to");
  await made.write("pointers/u/q.yaml", "pointers:\n  u/q:tag: [\n");
  const unreadable = made.commit("Broken");
  await made.write("pointers/u/q.yaml", "pointers:\n  u/q:tag: u/p:tag\n");
  const cycle = made.commit("A cycle");
  await made.write("pointers/u/q.yaml", "pointers:\n  u/q:other: pipeline_a\n");
  const again = made.commit("Nothing again");
  // Whether it was in the file that could not be read, nobody can say.
  await made.write("pointers/u/q.yaml", "<<<<<<<\n");
  const garbage = made.commit("Garbage");

  const repo = await openRepo(made.dir, process.env);
  const source = { repo, tip: garbage, isExternal: () => false };
  const all = (await collect(allEntries(source))).flat();
  const told = all.filter(({ pointer }) => pointer === "u/p:tag");
  expect(told.map(({ commit, after, moved }) => [commit.id, after?.trouble, moved])).toEqual([
    [again, "dangling", "u/q:tag"],
    [cycle, "cycle", "u/q:tag"],
    [unreadable, "unreadable", "u/q:tag"],
    [dangling, "dangling", "u/p:tag"],
  ]);
  for (const name of ["u/p:tag", "u/q:tag", "u/q:other", "u/q:never"]) {
    const its = (await entriesOf(name, source)).map(({ commit, after }) => [commit.id, after]);
    expect(its).toEqual(
      all.filter(({ pointer }) => pointer === name).map(({ commit, after }) => [commit.id, after]),
    );
  }
});
