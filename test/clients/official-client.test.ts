import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { closeAtEnd, makeFolder, run, token } from "../cli/kit.ts";
import { type Scripted, type Seen, scriptedServer } from "../remotes/scripted-server.ts";
import { officialClient, patience, python, serve } from "./official.ts";

/** As much of a docker daemon as a push asks for: the image is there, and goes anywhere. */
function dockerDaemon({ url }: Seen): Scripted {
  if (url.endsWith("/version")) return { body: { ApiVersion: "1.43" } };
  if (/\/push\b(?!\/)/.test(url)) return { body: '{"status":"Pushed"}\n' };
  if (/\/tag\b/.test(url)) return { status: 201 };
  return { body: { Id: `sha256:${"0123456789abcdef".repeat(4)}`, RootFS: { Layers: ["sha256:0"] } } };
}

describe.runIf(python !== "")("the official client, unchanged, against our registry", patience, () => {
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
  }, patience.timeout);

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

  it("pushes a pipeline, and points a pointer at it that may be there already", async () => {
    const docker = closeAtEnd(await scriptedServer(dockerDaemon));
    const folder = await makeFolder();
    const config = {
      runtime: {},
      pipeline_name: "myuser/pushed",
      pipeline_graph: "graph:it",
      description: "Says hello.",
      extras: { endpoints: ["http://127.0.0.1:14300"] },
    };
    await writeFile(join(folder, "pipeline.yaml"), JSON.stringify(config));
    await writeFile(join(folder, "graph.py"), "it = None\n");
    const push = () =>
      client.cliIn(
        folder,
        { DOCKER_HOST: docker.url.replace("http:", "tcp:") },
        ..."container push --pointer myuser/pushed:latest --pointer-overwrite".split(" "),
      );
    const [first, second] = [await push(), await push()];
    expect(first.said).toMatch(
      /Created new pipeline deployment for myuser\/pushed -> pipeline_\w+ \(image=localhost:5000\/myuser\/pushed:0123456789ab\)/,
    );
    expect(first.said).toMatch(/Created pointer myuser\/pushed:latest -> pipeline_\w+/);
    expect(second.said).toMatch(/Updated pointer myuser\/pushed:latest -> pipeline_\w+/);
    const rows = rowsOf((await client.cli("get", "pointers", "--name", "myuser/pushed")).said);
    expect(rows.map(([pointer]) => pointer)).toEqual(
      ["latest", "v1", "v2"].map((tag) => `myuser/pushed:${tag}`),
    );
    expect(rows[0]?.[1]).toBe(rows[2]?.[1]);
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
