import { expect, it } from "vitest";
import { makeRepo, pointerFile } from "./kit.ts";

it("--verbose says on stderr which repository is read, and by what", async () => {
  const repo = await makeRepo({
    "pointers/myuser/gptneo.yaml": pointerFile({ "myuser/gptneo:prod": "pipeline_a" }),
  });
  const version = repo.git("version").replace("git version ", "");
  const plain = await repo.here(["validate"]);
  const verbose = await repo.here(["validate", "--verbose"]);
  expect(verbose).toMatchObject({ code: 0, stdout: plain.stdout });
  expect(verbose.stderr).toBe(`${plain.stderr}Repository: ${repo.dir}, read by git ${version}\n`);
  const js = await repo.here(["validate", "--verbose"], { env: { POINTSMAN_GIT: "js" } });
  expect(js.stderr).toMatch(/^Repository: .*, read by isomorphic-git 1\.\d+\.\d+$/m);
  expect((await repo.here(["validate", "--verbose", "--quiet"])).stderr).toBe("");
  for (const name of ["", "svn"]) {
    const ran = await repo.here(["validate"], { env: { POINTSMAN_GIT: name } });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("POINTSMAN_GIT is neither git nor js");
  }
});
