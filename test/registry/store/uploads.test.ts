import { describe, expect, test } from "vitest";
import { aFolder, aRegistry } from "../a-registry.ts";
import { aDatabase, hasServer } from "./a-database.ts";

const everyVersion = Array.from({ length: 64 }, (_, index) => `myuser/gptneo:v${index + 1}`).toSorted();

/** Uploads to registries in turn, all at once; gives the ids that were answered, and what each registry then lists. */
async function uploadAtOnce(locations: readonly string[]) {
  const replicas = await Promise.all(locations.map((location) => aRegistry(location)));
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, index) => {
      const { call } = replicas[index % replicas.length]!;
      return call("POST", "/v4/pipelines", { name: "myuser/gptneo", image: `image:${index}` });
    }),
  );
  const listings = await Promise.all(replicas.map(({ call }) => call("GET", "/v4/pointers")));
  return {
    ids: new Set(answers.map(({ body }) => body.id as string)),
    listings: listings.map(({ body }) => body.data as { pointer: string; pipeline_id: string }[]),
  };
}

describe("64 uploads of one name at once are v1 to v64, each once", () => {
  test("to one process on SQLite", async () => {
    const { ids, listings } = await uploadAtOnce([await aFolder()]);
    for (const rows of listings) {
      expect(rows.map(({ pointer }) => pointer)).toEqual(everyVersion);
      expect(new Set(rows.map((row) => row.pipeline_id))).toEqual(ids);
    }
  });

  test.runIf(hasServer)("to two replicas on PostgreSQL", async () => {
    const url = await aDatabase();
    const { ids, listings } = await uploadAtOnce([url, url]);
    expect(listings).toHaveLength(2);
    for (const rows of listings) {
      expect(rows.map(({ pointer }) => pointer)).toEqual(everyVersion);
      expect(new Set(rows.map((row) => row.pipeline_id))).toEqual(ids);
    }
  });
});
