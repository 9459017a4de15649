import { expect, it } from "vitest";
import { openWorkspace } from "../../src/workspace/open-workspace.ts";
import { readDate } from "../../src/workspace/at.ts";
import { makeRepo } from "../cli/kit.ts";

it("a date that git reads stands for all of its second: now is not before what was just done", async () => {
  const { dir } = await makeRepo({});
  const workspace = await openWorkspace(dir, process.env);
  const read = async (text: string, side: "start" | "end") =>
    (await readDate(workspace, text, process.env, side)) ?? 0;
  const done = Date.now();
  expect(await read("now", "end")).toBeGreaterThanOrEqual(done);
  const noon = await read("yesterday 12:00", "start");
  expect(await read("yesterday 12:00", "end")).toBe(noon + 999);
});
