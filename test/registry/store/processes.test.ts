import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { expect, onTestFinished, test } from "vitest";
import { openStore } from "../../../src/registry/store/open-store.ts";
import { aFolder } from "../a-registry.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const run = promisify(execFile);

/** Uploads 25 versions, five at a time. */
const program = `
  import { openStore } from "./store.js";
  const store = await openStore(process.argv[2]);
  const author = { token: "t", name: "t", source: null };
  for (let turn = 0; turn < 5; turn++) {
    await Promise.all(Array.from({ length: 5 }, () => store.pipelines.publish({ name: "u/p", image: "i" }, author)));
  }
  await store.close();
`;

test("a folder is opened once another process that begins with it at the same moment lets go", async () => {
  const folder = await aFolder();
  // What SQLite waits for in no other place: a write before the file has its log.
  const other = spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import Database from "libsql";
       const database = new Database(process.argv[1]);
       database.exec("BEGIN IMMEDIATE");
       process.stdout.write("holds");
       setTimeout(() => database.exec("COMMIT"), 300);`,
      join(folder, "registry.db"),
    ],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  await once(other.stdout, "data");
  const store = await openStore(folder);
  onTestFinished(() => store.close());
  await expect(store.ping()).resolves.toBeUndefined();
});

test("four processes that make one folder and upload to it at once give v1 to v100", async () => {
  const folder = await aFolder();
  const bundle = await rolldown({
    input: join(root, "src/registry/store/open-store.ts"),
    platform: "node",
    external: ["libsql", "pg"],
  });
  await bundle.write({ dir: folder, format: "esm", entryFileNames: "store.js" });
  await bundle.close();
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await writeFile(join(folder, "upload.js"), program);
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  const data = join(folder, "data");
  await Promise.all(
    Array.from({ length: 4 }, () => run(process.execPath, [join(folder, "upload.js"), data])),
  );

  const store = await openStore(data);
  onTestFinished(() => store.close());
  const { data: rows } = await store.pointers.list({ skip: 0, limit: 1000, deleted: true });
  const expected = Array.from({ length: 100 }, (_, index) => `u/p:v${index + 1}`).sort();
  expect(rows.map(({ pointer }) => pointer)).toEqual(expected);
  expect(new Set(rows.map((row) => row.pipeline_id)).size).toBe(100);
});
