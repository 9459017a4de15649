import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dropPointer, editPointer, editPointers, writeEdits } from "../../src/workspace/edit-declaration.ts";
import { openWorkspace } from "../../src/workspace/open-workspace.ts";
import { readSnapshot } from "../../src/workspace/read-snapshot.ts";
import { init } from "../git/make-repository.ts";

const file = "pointers/u/p.yaml";
const text = "pointers:\n  u/p:latest: u/p:v1\n\n  u/p:stable: u/p:v1\n";

test.each(["another edit", "a file that is new", "a file that is gone"])(
  "%s of the same moment is not written over",
  async (what) => {
    const made = await init();
    await made.write("pointsman.yaml", "version: 1\n");
    if (what !== "a file that is new") await made.write(file, text);
    const workspace = await openWorkspace(made.dir, process.env);
    const snapshot = await readSnapshot(workspace, null);
    const edit = await editPointer(workspace, snapshot, "u/p:latest", { target: "u/p:v2" });
    if (what === "a file that is gone") {
      await writeEdits(workspace, { path: file, before: text, text: null });
      await expect(writeEdits(workspace, edit)).rejects.toThrow("has changed meanwhile");
      await expect(readFile(join(made.dir, file))).rejects.toThrow("ENOENT");
      return;
    }
    const other = text.replace("stable: u/p:v1", "stable: u/p:v3");
    await made.write(file, other);
    await expect(writeEdits(workspace, edit)).rejects.toThrow("has changed meanwhile");
    expect(await readFile(join(made.dir, file), "utf8")).toBe(other);
  },
);

test("of edits at the same time one is written, and the others are told", async () => {
  const made = await init();
  await made.write("pointsman.yaml", "version: 1\n");
  await made.write(file, text);
  const workspace = await openWorkspace(made.dir, process.env);
  const snapshot = await readSnapshot(workspace, null);
  const edits = await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      editPointer(workspace, snapshot, `u/p:tag${number}`, { target: "u/p:v2" }),
    ),
  );
  const done = await Promise.allSettled(edits.map((edit) => writeEdits(workspace, edit)));
  const written = edits.filter((_, number) => done[number]?.status === "fulfilled");
  expect(written).toHaveLength(1);
  expect(await readFile(join(made.dir, file), "utf8")).toBe(written[0]?.text);
  const reasons = done.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
  for (const reason of reasons) expect(reason).toContain(`${file} has changed meanwhile`);
});

test("neither is one written over that takes a pointer out", async () => {
  const made = await init();
  await made.write("pointsman.yaml", "version: 1\n");
  await made.write(file, text);
  const workspace = await openWorkspace(made.dir, process.env);
  const edit = await dropPointer(workspace, await readSnapshot(workspace, null), "u/p:latest");
  await made.write(file, `${text}\n  u/p:beta: u/p:v2\n`);
  await expect(writeEdits(workspace, edit)).rejects.toThrow("has changed meanwhile");
  expect(await readFile(join(made.dir, file), "utf8")).toContain("u/p:beta");
});

test("of several edits none is written where one is of a file that has changed", async () => {
  const made = await init();
  await made.write("pointsman.yaml", "version: 1\n");
  await made.write(file, text);
  const other = "pointers/u/q.yaml";
  await made.write(other, "pointers:\n  u/q:latest: u/q:v1\n");
  const workspace = await openWorkspace(made.dir, process.env);
  const edits = await editPointers(
    workspace,
    await readSnapshot(workspace, null),
    new Map([
      ["u/p:latest", { target: "u/p:v2" }],
      ["u/q:latest", { target: "u/q:v2" }],
    ]),
  );
  await made.write(other, "pointers:\n  u/q:latest: u/q:v3\n");
  await expect(writeEdits(workspace, ...edits)).rejects.toThrow(`${other} has changed meanwhile`);
  expect(await readFile(join(made.dir, file), "utf8")).toBe(text);
});
