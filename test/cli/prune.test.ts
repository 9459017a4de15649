import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import { makeRepo, openRegistry, pointerFile } from "./kit.ts";

const file = "pointers/myuser/gptneo.yaml";
const name = (number: number): string => `myuser/gptneo:tag-${String(number).padStart(3, "0")}`;
const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

/** A repository whose first commit, synced, declares so many pointers. */
async function openWorld(count: number, config = "") {
  const registry = await openRegistry();
  const [v1 = "", v2 = ""] = await registry.publish("myuser/gptneo", 2);
  const text = (which: readonly number[]): string =>
    pointerFile(Object.fromEntries(which.map((number) => [name(number), "myuser/gptneo:v1"])));
  const repo = await makeRepo(
    { [file]: text(numbers(count)), "pointsman.yaml": `version: 1\n${config}` },
    registry.env,
  );
  expect((await repo.here(["sync", "--yes"])).code).toBe(0);
  const keep = async (which: readonly number[], message = "Drop some"): Promise<void> => {
    await repo.write(file, text(which));
    repo.commit(message);
  };
  const left = async (): Promise<string[]> => Object.keys(await registry.values()).sort();
  return { repo, registry, v1, v2, keep, left };
}

describe("of an import of 200 of which 50 are dropped again", () => {
  it("exactly those 50 go, whatever else the remote has", async () => {
    const { repo, registry, v1, v2, keep, left } = await openWorld(200);
    await registry.remote.create("myuser/gptneo:foreign", { pipeline: v1, locked: false });
    await registry.remote.create("stranger/model:prod", { pipeline: v1, locked: false });
    await keep(numbers(150, 50));
    // One was locked by hand since, and one was moved.
    await registry.remote.update(name(0), { pipeline: v1, locked: true });
    await registry.remote.update(name(1), { pipeline: v2, locked: false });

    const plan = await repo.here(["plan", "--prune"]);
    expect(plan.stdout).toContain("48 to delete");
    expect(plan.stdout).toMatch(/- :tag-002 +:v1 {2}← removed in [0-9a-f]{8} Ada Lovelace: Drop some/);
    expect(plan.stdout).toContain("It is no longer declared, but it was moved by hand to myuser/gptneo:v2");
    expect(plan.stdout).toContain(`not deleted since it is locked on the remote: ${name(0)}.\n`);
    const why = "sync will refuse this: This would delete 48 pointers, and 20 may be";
    expect(plan.stdout).toContain(`warning: ${why}`);
    expect(
      JSON.parse((await repo.here(["plan", "--prune", "--format", "json"])).stdout).warnings[0],
    ).toContain(why);
    expect((await repo.here(["plan", "--prune", "--format", "markdown"])).stdout).toContain(
      `**Warning**: ${why}`,
    );

    const refused = await repo.here(["sync", "--yes", "--prune"]);
    expect(refused).toMatchObject({ code: 1 });
    expect(await left()).toHaveLength(202);

    // Blocked is the hand-moved one, and no other.
    expect((await repo.here(["sync", "--yes", "--prune", "--force-guards"])).code).toBe(3);
    const kept = [
      name(0),
      name(1),
      ...numbers(150, 50).map(name),
      "myuser/gptneo:foreign",
      "stranger/model:prod",
    ];
    expect(await left()).toEqual(kept.sort());
    expect((await repo.here(["sync", "--yes", "--prune", "--on-drift", "overwrite"])).code).toBe(0);
    expect(await left()).toEqual(kept.filter((one) => one !== name(1)));
    // Now there is nothing to do, which a result that is no text has no place to explain.
    expect((await repo.here(["sync", "--yes", "--prune", "--format", "json"])).stderr).toContain(
      `warning: No longer declared, and not deleted since it is locked on the remote: ${name(0)}.`,
    );
  });

  it("nothing goes without --prune: what is no longer declared is listed", async () => {
    const { repo, keep, left } = await openWorld(3);
    await keep([0]);
    const { stdout, code } = await repo.here(["sync", "--yes"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`On the remote and not declared here, so left alone: ${name(1)}, ${name(2)}`);
    expect(await left()).toHaveLength(3);
  });
});

describe("a pointer that was handed to other people", () => {
  it("is left alone once the config calls it external", async () => {
    const { repo, keep, left } = await openWorld(2);
    await repo.write("pointsman.yaml", `version: 1\nexternal:\n  - ${name(1)}\n`);
    await keep([0]);
    expect((await repo.here(["sync", "--yes", "--prune", "--on-drift", "overwrite"])).code).toBe(0);
    expect(await left()).toEqual([name(0), name(1)]);
  });
});

describe("a saved plan", () => {
  it("that deletes is applied as it was reviewed", async () => {
    const { repo, keep, left } = await openWorld(2);
    await keep([0]);
    await repo.here(["plan", "--prune", "--out", "plan.json"]);
    const { code, stdout } = await repo.here(["sync", "--yes", "--plan", "plan.json"]);
    expect(stdout).toContain("1 applied");
    expect(code).toBe(0);
    expect(await left()).toEqual([name(0)]);
  });
});

describe("guards", () => {
  it("let no more than 10 of 20 go without a setting; --force-guards does", async () => {
    const { repo, keep, left } = await openWorld(20);
    await keep(numbers(9, 11));
    const refused = await repo.here(["sync", "--yes", "--prune"]);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain("Nothing was written. This would delete 11 pointers, and 10 may be");
    expect(refused.stderr).toContain("--force-guards");
    expect(await left()).toHaveLength(20);
    expect((await repo.here(["sync", "--yes", "--prune", "--force-guards"])).code).toBe(0);
    expect(await left()).toHaveLength(9);
  });

  it("are the config's where it has some", async () => {
    const { repo, registry, v2, keep, left } = await openWorld(
      20,
      "guards:\n  max_deletes: 50%\n  max_updates: 3\n",
    );
    await keep(numbers(9, 11));
    expect((await repo.here(["sync", "--yes", "--prune"])).stderr).toContain("50 % of the 20 that are ours");
    await keep(numbers(10, 10), "Drop one fewer");
    expect((await repo.here(["sync", "--yes", "--prune"])).code).toBe(0);
    expect(await left()).toHaveLength(10);
    for (const number of numbers(4, 10))
      await registry.remote.update(name(number), { pipeline: v2, locked: false });
    const refused = await repo.here(["sync", "--yes"]);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain("This would update 4 pointers, and 3 may be: the config says so");
  });
});

describe("on_drift", () => {
  const moved = async (config: string) => {
    const world = await openWorld(3, config);
    await world.registry.remote.update(name(0), { pipeline: world.v2, locked: false });
    return world;
  };

  it("overwrite puts back what was moved by hand, and says so", async () => {
    const { repo, registry, v1 } = await moved("");
    const plan = JSON.parse((await repo.here(["plan", "--format", "json"])).stdout) as Plan;
    expect(plan.changes.map(({ cause }) => cause.kind)).toEqual(["drift"]);
    const { code, stdout } = await repo.here(["sync", "--yes"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`undone ${name(0)}  somebody had moved it by hand to :v2\n`);
    expect((await registry.values())[name(0)]).toBe(v1);
  });

  it("keep blocks it and what resolves through it: exit 1 where nothing else is applied, 3 where something is", async () => {
    const { repo, registry, v2 } = await moved("on_drift: keep\n");
    const alone = await repo.here(["sync", "--yes"]);
    expect(alone).toMatchObject({ code: 1 });
    expect(alone.stdout).toContain("It was moved by hand to myuser/gptneo:v2: no commit ever said so.");
    expect(alone.stdout).toContain(`\`pointsman adopt ${name(0)}\` writes it into the files.`);
    const chain = {
      [name(0)]: "myuser/gptneo:v1",
      [name(1)]: name(0),
      [name(2)]: name(3),
      [name(3)]: "myuser/gptneo:v2",
    };
    await repo.write(file, pointerFile({ ...chain, "myuser/gptneo:through": name(0) }));
    repo.commit("Chain");
    expect((await repo.here(["sync", "--yes"])).code).toBe(3);
    const values = await registry.values();
    expect(values[name(0)]).toBe(v2);
    expect(values["myuser/gptneo:through"]).toBeUndefined();
    expect(values[name(2)]).toBe(v2);
  });

  it("fail writes nothing at all", async () => {
    const { repo, registry, v2 } = await moved("on_drift: fail\n");
    await repo.write(file, pointerFile({ [name(0)]: "myuser/gptneo:v1", [name(7)]: "myuser/gptneo:v1" }));
    repo.commit("Add one");
    const { code, stderr } = await repo.here(["sync", "--yes"]);
    expect(code).toBe(1);
    expect(stderr).toContain("on_drift is fail");
    expect(stderr).toContain(`${name(0)}  It was moved by hand to myuser/gptneo:v2`);
    const values = await registry.values();
    expect(values[name(0)]).toBe(v2);
    expect(values[name(7)]).toBeUndefined();
  });
});

describe("a lock", () => {
  it("that somebody put on by hand blocks; one that a commit declared is taken off by a commit", async () => {
    const { repo, registry, v1, v2 } = await openWorld(2);
    await registry.remote.update(name(0), { pipeline: v1, locked: true });
    const blocked = await repo.here(["sync", "--yes"]);
    expect(blocked).toMatchObject({ code: 1 });
    expect(blocked.stdout).toContain("no commit ever locked it");

    const write = (target: string, locked: boolean) =>
      repo.write(file, `pointers:\n  ${name(0)}:\n    target: ${target}\n    locked: ${locked}\n`);
    await write("myuser/gptneo:v1", true);
    repo.commit("Lock it");
    expect((await repo.here(["sync", "--yes"])).code).toBe(0);
    await write("myuser/gptneo:v2", false);
    repo.commit("Unlock and move it");
    expect((await repo.here(["sync", "--yes"])).code).toBe(0);
    expect((await registry.values())[name(0)]).toBe(v2);
  });
});
