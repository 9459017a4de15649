import { readdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { makeFolder, run } from "./kit.ts";

it("the demo does what it says, whatever the user's settings, and leaves nothing behind", async () => {
  const folder = await makeFolder();
  const { code, stdout } = await run(["demo"], {
    cwd: folder,
    env: { TMPDIR: folder, POINTSMAN_URL: "http://127.0.0.1:1", POINTSMAN_TOKEN: "x", GIT_DIR: "/nowhere" },
  });
  expect([code, stdout.match(/✓/g)?.length]).toEqual([0, 5]);
  expect(stdout).toContain("~ :prod    :v1 → :v3  via :stable");
  expect(await readdir(folder)).toEqual([]);
});

it("the demo needs git, and says so", async () => {
  const folder = await makeFolder();
  const ran = await run(["demo"], { cwd: folder, env: { TMPDIR: folder, PATH: "/nowhere" } });
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toMatch(
    /^error: The git program is needed for this and was not found\.\n {2}Install git/,
  );
  expect(await readdir(folder)).toEqual([]);
});
