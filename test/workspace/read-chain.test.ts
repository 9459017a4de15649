import { beforeAll, describe, expect, it } from "vitest";
import { openWorkspace } from "../../src/workspace/open-workspace.ts";
import { readChain } from "../../src/workspace/read-chain.ts";
import { type Made, init } from "../git/make-repository.ts";

const files = {
  "pointsman.yaml": 'version: 1\nexternal:\n  - "base/*:*"\n',
  "pointers/u/p.yaml":
    "pointers:\n  u/p:latest: u/q:stable\n\n  u/p:other: u/gone:away\n\n  u/p:base: base/x:main\n\n  u/p:v2x: u/p:v2\n",
  "pointers/u/q/stable.yaml": "pointers:\n  u/q:stable: pipeline_a\n",
  "pointers/u/r.yaml": "pointers:\n  u/r:aa: u/r:bb\n\n  u/r:bb: u/r:aa\n",
  "pointers/u/s.yaml": "pointers:\n  u/s:aa: pipeline_a\n\n  u/s:aa: pipeline_b\n",
  "pointers/u/t.yaml": "pointers:\n  u/t:aa: [\n",
  "pointers/u/w.yaml": "pointers:\n  u/else:where: pipeline_a\n",
};

let made: Made;
let id: string;
beforeAll(async () => {
  made = await init();
  for (const [path, text] of Object.entries(files)) await made.write(path, text);
  id = made.commit("All");
});

async function chainOf(commit: "HEAD" | null, ...names: string[]) {
  const workspace = await openWorkspace(made.dir, process.env);
  const snapshot = await readChain(workspace, commit === null ? null : id, names);
  return snapshot?.files.map(({ path }) => path) ?? null;
}

describe.each(["HEAD", null] as const)("the files of a chain, at %s", (commit) => {
  it("are those of the pipelines it goes through, whatever is wrong elsewhere", async () => {
    const expected = ["pointers/u/p.yaml", "pointers/u/q/stable.yaml", "pointsman.yaml"];
    expect(await chainOf(commit, "u/p:latest")).toEqual(expected);
    expect(await chainOf(commit, "u/p:base", "u/q:stable")).toEqual(expected);
    expect(await chainOf(commit, "u/p:v2x")).toEqual(["pointers/u/p.yaml", "pointsman.yaml"]);
  });

  it.each([
    ["u/p:other", "it dangles"],
    ["u/p:gone", "it is not declared"],
    ["u/r:aa", "it goes round"],
    ["u/s:aa", "it is declared twice"],
    ["u/t:aa", "its file cannot be read"],
    ["u/else:where", "it is declared where it does not belong"],
    ["not a name", "it is no name"],
  ])("are not enough for %s: %s", async (name) => {
    expect(await chainOf(commit, name)).toBeNull();
  });
});
