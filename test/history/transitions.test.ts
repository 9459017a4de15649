import { expect, it } from "vitest";
import { openRepo } from "../../src/git/open-repo.ts";
import { transitions } from "../../src/history/transitions.ts";
import type { Repo } from "../../src/model/repo.ts";
import { init } from "../git/make-repository.ts";

it("of many names among very many only the files of their chains are read, also where these were others once", async () => {
  const made = await init();
  const put = (name: string, target: string) =>
    made.write(`pointers/u/${name}.yaml`, `pointers:\n  u/${name}:tag: ${target}\n`);
  const asked = Array.from({ length: 20 }, (_, index) => `p${index}`);
  const others = Array.from({ length: 100 }, (_, index) => `r${index}`);
  const othersAt = (target: string) => Promise.all(others.map((name) => put(name, target)));
  await othersAt("pipeline_a");
  for (const name of asked) await put(name, "u/once:tag");
  await put("once", "pipeline_a");
  const first = made.commit("First");
  await othersAt("pipeline_b");
  await put("once", "pipeline_b");
  const second = made.commit("Second");
  await othersAt("pipeline_c");
  for (const name of asked) await put(name, "pipeline_c");
  const third = made.commit("Third");

  const opened = await openRepo(made.dir, process.env);
  let read = 0;
  const repo: Repo = {
    ...opened,
    contents(ids) {
      read += ids.length;
      return opened.contents(ids);
    },
  };
  const open = new Set(asked.map((name) => `u/${name}:tag`));
  const told: Record<string, unknown[]> = {};
  const source = { repo, tip: third, isExternal: () => false };
  for await (const { pointer, commit, before, after } of transitions(open, source))
    (told[pointer] ??= []).push([commit.id, before?.pipeline, after?.pipeline]);
  expect(told).toEqual(
    Object.fromEntries(
      [...open].map((pointer) => [
        pointer,
        [
          [third, "pipeline_b", "pipeline_c"],
          [second, "pipeline_a", "pipeline_b"],
          [first, undefined, "pipeline_a"],
        ],
      ]),
    ),
  );
  expect(read).toBeLessThan(others.length);
});
