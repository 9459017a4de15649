import { expect, test } from "vitest";
import { modelSource } from "../../src/workspace/model-source.ts";

const repository = "https://git.example.com/acme/model";

test.each([
  [{ sourceRepository: repository }, "needs --source-commit"],
  [{ sourceCommit: "abcdef0" }, "needs --source-repository"],
  [{ sourceRepository: repository, sourceCommit: "HEAD" }, "no commit's id"],
  [{ sourceRepository: "/srv/git/model", sourceCommit: "abcdef0" }, "no repository's URL"],
])("of a model, %j is refused", async (named, said) => {
  await expect(modelSource(named, null, {}, () => undefined)).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining(said) as string,
  });
});
