import { expect, it } from "vitest";
import { makeRepo, pointerFile } from "./kit.ts";

const dev = "pointers/myuser/gptneo/dev.yaml";
const prod = "pointers/myuser/gptneo/prod.yaml";
const declare = (tag: string, target: string): string => pointerFile({ [`myuser/gptneo:${tag}`]: target });

it("a diff points out other owners, and changes of more than pointers", async () => {
  const repo = await makeRepo({
    "pointsman.yaml": "version: 1\n",
    ".github/CODEOWNERS": "* @org/ml\nprod.yaml @org/sre # who runs it\n",
    CODEOWNERS: "* @org/nobody\n",
    [dev]: declare("dev", "myuser/gptneo:v1"),
    [prod]: declare("prod", "myuser/gptneo:v1"),
  });
  repo.git("switch", "--quiet", "--create", "change");
  await repo.write(prod, declare("prod", "myuser/gptneo:dev"));
  await repo.write(dev, declare("dev", "myuser/gptneo:v2"));
  repo.commit();
  const json = async (range: string, reader = "git"): Promise<unknown> => {
    const env = { POINTSMAN_GIT: reader };
    return JSON.parse((await repo.here(["diff", range, "--format", "json"], { env })).stdout);
  };
  const follows = {
    kind: "owners",
    pointer: "myuser/gptneo:prod",
    owners: ["@org/sre"],
    target: "myuser/gptneo:dev",
    targetOwners: ["@org/ml"],
  };
  expect(await json("main...HEAD")).toMatchObject({ notes: [follows] });

  // The request's own CODEOWNERS is not what counts; that it changes is said.
  await repo.write(".github/CODEOWNERS", "* @org/ml\n");
  await repo.write(".github/workflows/sync.yml", "on: push\n");
  await repo.write("pointsman.yaml", "version: 1\nbranch: main\n");
  await repo.write("pointers/README.md", "Not told of.\n");
  repo.commit();
  expect(await json("main...HEAD")).toMatchObject({
    notes: [
      { kind: "codeowners", file: ".github/CODEOWNERS" },
      { kind: "workflow", file: ".github/workflows/sync.yml" },
      { kind: "config", file: "pointsman.yaml" },
      follows,
    ],
  });
  expect(await json("main...HEAD", "js")).toEqual(await json("main...HEAD"));
  expect(await json("HEAD~1..HEAD")).toMatchObject({ changes: [], notes: [{}, {}, {}] });
  const { stdout } = await repo.run(["diff", "main...HEAD"]);
  expect(stdout).toMatch(
    /2 pointers changed\.\n\nnote: This changes more than pointers: \.github\/CODEOWNERS /,
  );
  expect(stdout).toContain(
    "note: myuser/gptneo:prod, owned by @org/sre, follows myuser/gptneo:dev, owned by @org/ml: whoever",
  );
  const markdown = (await repo.here(["diff", "main...HEAD", "--format", "markdown"])).stdout;
  expect(markdown).toContain(
    "> [!IMPORTANT]\n> This changes more than pointers: `.github/CODEOWNERS` (who has",
  );
  expect(markdown).toContain("> `myuser/gptneo:prod`, owned by `@org/sre`, follows");
});

it("a diff points out what follows another pointer from now on, though nothing moves yet", async () => {
  const repo = await makeRepo({
    "pointsman.yaml": "version: 1\n",
    CODEOWNERS: "* @org/ml\nprod.yaml @org/sre\n",
    [dev]: declare("dev", "myuser/gptneo:v1"),
    [prod]: declare("prod", "myuser/gptneo:v1"),
  });
  await repo.write(prod, declare("prod", "myuser/gptneo:dev"));
  const { stdout } = await repo.run(["diff"]);
  expect(stdout).toMatch(
    /^No pointer ends up anywhere else\.\n\nnote: myuser\/gptneo:prod targets myuser\/gptneo:dev now, not myuser\/gptneo:v1: /,
  );
  expect(stdout).toContain(
    "note: myuser/gptneo:prod, owned by @org/sre, follows myuser/gptneo:dev, owned by",
  );
  expect(JSON.parse((await repo.run(["diff", "--format", "json"])).stdout)).toMatchObject({
    changes: [],
    notes: [
      {
        kind: "target",
        pointer: "myuser/gptneo:prod",
        before: "myuser/gptneo:v1",
        after: "myuser/gptneo:dev",
      },
      { kind: "owners", pointer: "myuser/gptneo:prod" },
    ],
  });
  const { stdout: markdown } = await repo.run(["diff", "--format", "markdown"]);
  expect(markdown).toContain("> `myuser/gptneo:prod` targets `myuser/gptneo:dev` now, not");
  await repo.write("pointers/myuser/whisper.yaml", "pointers: no\n");
  expect((await repo.here(["diff"])).stdout).toMatch(
    /^No pointer that could be read ends up anywhere else\.$/m,
  );
});
