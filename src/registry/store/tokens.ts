import { hash, randomBytes } from "node:crypto";
import type { WireToken } from "../../wire/token.ts";
import { auditOf } from "./audit.ts";
import type { Database } from "./database.ts";
import { newId } from "./new-id.ts";
import { query } from "./query.ts";
import { Refusal } from "../refusal.ts";
import type { Tables } from "./tables.ts";
import type { TokenStore } from "./token-store.ts";

type Row = Tables["tokens"];

const columns = ["id", "name", "usernames", "scopes", "created_at"] as const;

/** What of a token is kept. It is random and long, so that a fast digest says nothing of it. */
export function digestOf(token: string): string {
  return hash("sha256", token);
}

export function tokenStore(database: Database): TokenStore {
  const { build } = database;
  const audit = auditOf(database);
  const insert = query((given: Row) =>
    build
      .insertInto("tokens")
      .values({
        id: given.id,
        name: given.name,
        digest: given.digest,
        usernames: given.usernames,
        scopes: given.scopes,
        created_at: given.created_at,
      })
      .onConflict((taken) => taken.column("name").doNothing())
      .returning(columns),
  );
  const all = query(() => build.selectFrom("tokens").select(columns).orderBy("name"));
  const remove = query((given: { id: string }) =>
    build.deleteFrom("tokens").where("id", "=", given.id).returning(columns),
  );
  // Asked again and again by whoever tries wrong ones: thousands of those shall not keep the others waiting.
  const find = query(
    (given: { digest: string }) =>
      build.selectFrom("tokens").select(columns).where("digest", "=", given.digest),
    { isHot: true },
  );

  return {
    create: async ({ name, usernames, scopes }, author) => {
      const token = `pmt_${randomBytes(32).toString("base64url")}`;
      const row = {
        id: newId("token"),
        name,
        digest: digestOf(token),
        usernames: JSON.stringify(usernames),
        scopes: JSON.stringify(scopes),
        created_at: Date.now() / 1000,
      };
      await database.write(async (session) => {
        if ((await session.first(insert, row)) === undefined) {
          throw new Refusal(409, `a token is named ${name} already`);
        }
        const after = { name, usernames, scopes };
        await audit(session, author, { kind: "token", subject: row.id, before: null, after });
      });
      return { ...show(row), token };
    },
    list: async () => (await database.all(all, {})).map(show),
    revoke: (id, author) =>
      database.write(async (session) => {
        const row = await session.first(remove, { id });
        if (row === undefined) throw new Refusal(404, `no token has the id ${id}`);
        const { name, usernames, scopes } = show(row);
        await audit(session, author, {
          kind: "token",
          subject: id,
          before: { name, usernames, scopes },
          after: null,
        });
      }),
    find: async (digest) => {
      const row = await database.first(find, { digest });
      return row === undefined ? null : show(row);
    },
  };
}

function show({ id, name, usernames, scopes, created_at }: Omit<Row, "digest">): WireToken {
  return { id, name, usernames: JSON.parse(usernames), scopes: JSON.parse(scopes), created_at };
}
