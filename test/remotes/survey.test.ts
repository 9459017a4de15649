import { expect, it } from "vitest";
import type { Remote } from "../../src/model/remote.ts";
import { survey } from "../../src/remotes/survey.ts";
import { desiredOf } from "../plan/desired-of.ts";

it("a name that the listing leaves out is asked for by its family, also where others of it are listed", async () => {
  const rows = ["a/b:v1", "a/b:v2", "a/b:prod", "c/d:prod", "e/f:prod"].map(
    (pointer) => [pointer, { pipeline: `id of ${pointer}`, locked: false }] as const,
  );
  const hidden = ["a/b:prod", "a/b:v2", "c/d:prod"];
  const asked: (string | undefined)[] = [];
  const remote: Pick<Remote, "list"> = {
    async list({ family } = {}) {
      asked.push(family);
      const isListed = ([pointer]: readonly [string, unknown]) =>
        family === undefined ? !hidden.includes(pointer) : pointer.startsWith(`${family}:`);
      return new Map(rows.filter(isListed));
    },
  };
  const desired = desiredOf({ "a/b:prod": "a/b:v1", "c/d:prod": "pipeline_x", "e/f:prod": "pipeline_x" });
  const current = await survey(remote as Remote, desired);
  expect([...current.keys()].sort()).toEqual(["a/b:prod", "a/b:v1", "a/b:v2", "c/d:prod", "e/f:prod"]);
  expect(asked).toEqual([undefined, "a/b", "c/d"]);
});
