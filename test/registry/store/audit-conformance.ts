import { describe, expect, onTestFinished, test } from "vitest";
import type { Author, Store } from "../../../src/registry/store/store.ts";
import { digestOf } from "../../../src/registry/store/tokens.ts";
import type { AuditRow } from "./audit-rows.ts";

/** Someone of their own. */
const by = (n: number): Author => ({
  token: `token_${n}`,
  name: `ci ${n}`,
  source: { repository: "git@example.com:models", commit: String(n).repeat(40).slice(0, 40) },
});

const kept = ({ token, name, source }: Author) => ({ token, token_name: name, source });

/** What every store keeps of each write. `open` gives a store of its own, and how to read all of its audit. */
export function auditConformance(
  name: string,
  open: () => Promise<{ store: Store; audit: () => Promise<AuditRow[]> }>,
): void {
  async function opened() {
    const { store, audit } = await open();
    onTestFinished(() => store.close());
    const upload = async () => (await store.pipelines.publish({ name: "u/p", image: "i" }, by(0))).id;
    return { ...store, audit, upload };
  }

  describe(`${name}: the audit`, () => {
    test("has each change of a pipeline's endpoints, and none of its other fields", async () => {
      const { pipelines, audit, upload } = await opened();
      const id = await upload();
      const [one, two] = [["http://localhost:1"], ["http://localhost:1", "http://localhost:2"]];
      await pipelines.patch(id, { extras: { endpoints: one } }, by(1));
      await pipelines.patch(id, { extras: { endpoints: one }, readme: "# p" }, by(2));
      await pipelines.patch(id, { extras: { endpoints: two } }, { ...by(3), source: null });
      await pipelines.patch(id, { extras: { endpoints: null } }, by(4));
      const entry = { kind: "endpoints", subject: id };
      expect((await audit()).filter(({ kind }) => kind !== "pointer")).toEqual([
        { ...entry, action: "create", before: null, after: one, ...kept(by(1)) },
        { ...entry, action: "update", before: one, after: two, ...kept(by(3)), source: null },
        { ...entry, action: "delete", before: two, after: null, ...kept(by(4)) },
      ]);
    });

    test("has each token that is made and revoked, and nothing that lets anybody in", async () => {
      const { tokens, audit } = await opened();
      const what = { name: "ci", usernames: ["u"], scopes: ["write"] } as const;
      const made = await tokens.create(what, by(1));
      await expect(tokens.create(what, by(2))).rejects.toMatchObject({ status: 409 });
      await tokens.revoke(made.id, by(3));
      await expect(tokens.revoke(made.id, by(4))).rejects.toMatchObject({ status: 404 });
      const rows = await audit();
      const entry = { kind: "token", subject: made.id };
      expect(rows).toEqual([
        { ...entry, action: "create", before: null, after: what, ...kept(by(1)) },
        { ...entry, action: "delete", before: what, after: null, ...kept(by(3)) },
      ]);
      expect(JSON.stringify(rows)).not.toContain(made.token);
      expect(JSON.stringify(rows)).not.toContain(digestOf(made.token));
    });

    test("has an entry of its own for each of many writes of one moment", async () => {
      const { pointers, audit, upload } = await opened();
      const ids = [await upload(), await upload(), await upload()];
      /** Writes next to each other are mostly of one author. */
      const author = (index: number) => by(Math.floor(index / 20));
      const names = Array.from({ length: 77 }, (_, index) => `u/p:tag${index}`);
      /** What one of the pointers is at first, and after its move. */
      const values = (index: number) => [
        { pipeline_id: ids[index % 3]!, locked: index % 2 === 0 },
        { pipeline_id: ids[(index + 1) % 3]!, locked: false },
      ];
      const bodies = (index: number) =>
        values(index).map(({ pipeline_id, locked }) => ({ pointer_or_pipeline_id: pipeline_id, locked }));
      await Promise.all(
        names.map((pointer, index) => pointers.create({ pointer, ...bodies(index)[0]! }, author(index))),
      );
      await Promise.all(
        names.map((pointer, index) => pointers.patch(pointer, bodies(index)[1]!, author(index))),
      );
      await Promise.all(names.map((pointer, index) => pointers.delete(pointer, author(index))));
      const rows = await audit();
      for (const [index, subject] of names.entries()) {
        const [first, then] = values(index);
        const entry = { kind: "pointer", subject, ...kept(author(index)) };
        expect(rows.filter((row) => row.subject === subject)).toEqual([
          { ...entry, action: "create", before: null, after: first },
          { ...entry, action: "update", before: first, after: then },
          { ...entry, action: "delete", before: then, after: null },
        ]);
      }
    });
  });
}
