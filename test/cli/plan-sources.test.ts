import { expect, it } from "vitest";
import { faultyProxy } from "../sync/faulty-proxy.ts";
import { closeAtEnd, makeRepo, openRegistry, pointerFile } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const name = "myuser/gptneo";

/** A registry whose pointer is at v1, and a repository that moves it to v2. */
async function world() {
  const registry = await openRegistry();
  const repository = "https://github.com/acme/gptneo";
  const commits = ["a", "b"].map((letter) => letter.repeat(40));
  for (const commit of commits)
    await registry.remote.publish({ name, image: "x", extras: { source: { repository, commit } } });
  const repo = await makeRepo({ [file]: pointerFile({ [`${name}:prod`]: `${name}:v1` }) }, registry.env);
  expect((await repo.here(["sync", "--yes"])).code).toBe(0);
  await repo.write(file, pointerFile({ [`${name}:prod`]: `${name}:v2` }));
  repo.commit("Promote v2");
  return { registry, repo, link: `${repository}/compare/${commits.join("...")}` };
}

it("a plan links what changed in the model, also once it was saved", async () => {
  const { repo, link } = await world();
  const planned = await repo.here(["plan", "--format", "markdown", "--out", "plan.json"]);
  expect(planned.stdout).toContain(`[\`gptneo aaaaaaaa…bbbbbbbb\`](${link})`);
  expect((await repo.run(["show", "plan.json", "--format", "markdown"])).stdout).toBe(planned.stdout);
  expect(await repo.here(["sync", "--yes", "--plan", "plan.json"])).toMatchObject({ code: 0 });
});

it("a plan is made without links where the remote tells nobody of its pipelines", async () => {
  const { registry, repo } = await world();
  const isAsked = (url: string): boolean => url.startsWith("/v4/pipelines");
  const proxy = closeAtEnd(
    await faultyProxy(registry.url, ({ url }) =>
      isAsked(url) ? { status: 403, body: { detail: "not yours" } } : "none",
    ),
  );
  const env = { POINTSMAN_URL: proxy.url };
  const ran = await repo.here(["plan", "--format", "markdown"], { env });
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.stdout).toContain("`:v1` | `:v2`");
  expect(ran.stdout).not.toContain("https://");
  expect(proxy.seen.filter(({ url }) => isAsked(url))).not.toEqual([]);
  const before = proxy.seen.length;
  await repo.here(["plan"], { env });
  expect(proxy.seen.slice(before).filter(({ url }) => isAsked(url))).toEqual([]);
});
