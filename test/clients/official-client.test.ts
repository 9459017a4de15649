import { beforeAll, describe, expect, it } from "vitest";
import { run, token } from "../cli/kit.ts";
import { officialClient, python, serve } from "./official.ts";

describe.runIf(python !== "")("the official client, unchanged, against our registry", () => {
  let url: string;
  let client: Awaited<ReturnType<typeof officialClient>>;
  let ids: string[];
  let loggedIn: unknown;

  beforeAll(async () => {
    url = await serve();
    client = await officialClient();
    loggedIn = await client.cli("cluster", "login", "ours", token, "--url", url, "--active");
    ids = [];
    for (const image of ["gptneo:1", "gptneo:2"]) {
      const env = { POINTSMAN_URL: url, POINTSMAN_TOKEN: token };
      const ran = await run(["publish", "myuser/gptneo", "--image", image, "--format", "json"], { env });
      ids.push((JSON.parse(ran.stdout) as { id: string }).id);
    }
  });

  /** The rows of a table as it prints them, without its rules and headings. */
  const rowsOf = (said: string) =>
    [...said.matchAll(/^\| (myuser\S+|pipeline_\S+) +\| (\S+)/gm)].map(([, first, second]) => [
      first,
      second,
    ]);

  it("logs in with the token, and not with a wrong one", async () => {
    const welcome = expect.stringContaining("Successfully authenticated with ours") as string;
    expect(loggedIn).toEqual({ code: 0, said: welcome });
    const { said } = await client.cli("cluster", "login", "wrong", "another-token", "--url", url);
    expect(said).toContain(`Couldn't authenticate with ${url}`);
  });

  it("creates, moves, locks and deletes pointers, and is told why not", async () => {
    const [latest, stable] = ["myuser/gptneo:latest", "myuser/gptneo:stable"];
    const { cli } = client;
    expect((await cli("create", "pointers", latest, "myuser/gptneo:v1")).said).toContain(
      `Created pointer ${latest} -> ${ids[0]}`,
    );
    const [again, nowhere, locked] = await Promise.all([
      cli("create", "pointers", latest, "myuser/gptneo:v2"),
      cli("create", "pointers", "myuser/gptneo:other", "pipeline_none"),
      cli("create", "pointers", stable, ids[0] ?? "", "--locked"),
    ]);
    expect(again).toMatchObject({
      code: 1,
      said: expect.stringMatching(/status_code=409.*request_id=\S{8}/),
    });
    expect(nowhere).toMatchObject({ code: 1, said: expect.stringMatching(/status_code=404.*pipeline_none/) });
    expect(locked.said).toContain(`Created pointer ${stable} -> ${ids[0]}`);

    expect((await cli("edit", "pointers", latest, "--source", "myuser/gptneo:v2")).said).toContain(
      "Pointer edited!",
    );
    // Its moves say locked: false, so that they unlock.
    expect((await cli("edit", "pointers", stable, "--source", latest)).said).toContain("Pointer edited!");
    const all = await cli("get", "pointers");
    expect(rowsOf(all.said)).toEqual([
      [latest, ids[1]],
      [stable, ids[1]],
      ["myuser/gptneo:v1", ids[0]],
      ["myuser/gptneo:v2", ids[1]],
    ]);
    expect(all.said).toContain("Page 1 of 1");

    expect((await cli("delete", "pointers", stable)).said).toContain("Pointer deleted!");
    const [gone, version] = await Promise.all([
      cli("delete", "pointers", stable),
      cli("delete", "pointers", "myuser/gptneo:v1"),
    ]);
    expect(gone).toMatchObject({ code: 1, said: expect.stringContaining("status_code=404") });
    expect(version).toMatchObject({ code: 1, said: expect.stringContaining("status_code=403") });
  });

  it("reads pages and filters of pointers and pipelines", async () => {
    const { cli } = client;
    const [second, family, deleted, none, pipelines] = await Promise.all([
      cli("get", "pointers", "--skip", "2", "--limit", "2"),
      cli("get", "pointers", "--name", "myuser/gptneo"),
      cli("get", "pointers", "--show-deleted"),
      cli("get", "pointers", "--name", "myuser/none"),
      cli("get", "pipelines", "--skip", "1", "--limit", "1"),
    ]);
    expect(second.said).toContain("Page 2 of 2");
    expect(rowsOf(second.said)).toEqual([["myuser/gptneo:v2", ids[1]]]);
    expect(rowsOf(family.said)).toHaveLength(3);
    expect(rowsOf(deleted.said)).toHaveLength(3);
    expect(rowsOf(none.said)).toEqual([]);
    expect(pipelines.said).toContain("Page 2 of 2");
    expect(rowsOf(pipelines.said)).toEqual([[ids[1], "myuser/gptneo"]]);
  });

  it("edits and deletes pipelines", async () => {
    const { cli } = client;
    expect((await cli("edit", "pipelines", ids[0] ?? "", "--scaling-config", "small")).said).toContain(
      "Pipeline edited!",
    );
    expect((await cli("delete", "pipelines", ids[0] ?? "")).said).toContain("Pipeline deleted!");
    const [hidden, shown] = await Promise.all([
      cli("get", "pointers"),
      cli("get", "pointers", "--show-deleted"),
    ]);
    expect(rowsOf(hidden.said)).not.toContainEqual(["myuser/gptneo:v1", ids[0]]);
    expect(rowsOf(shown.said)).toContainEqual(["myuser/gptneo:v1", ids[0]]);
  });

  it("its library creates and overwrites pointers by the older paths", async () => {
    const call = client.library();
    const pointer = "myuser/gptneo:preview";
    expect(await call("create_pointer", [pointer, "myuser/gptneo:v2"])).toEqual({ result: null });
    expect(await call("create_pointer", [pointer, "myuser/gptneo:v2"])).toMatchObject({
      error: "HTTPStatusError",
    });
    expect(
      await call("create_pointer", [pointer, "myuser/gptneo:v2"], { overwrite: true, locked: true }),
    ).toEqual({ result: null });
  });
});
