import type { LibsqlConnection } from "./libsql-connection.ts";

type Outcome = { readonly result: unknown } | { readonly error: unknown };
/** Does one of the writes that share a transaction; null where only all of them can be undone. */
export type Attempt = (
  connection: LibsqlConnection,
  work: () => Promise<unknown>,
  hasChanged: () => boolean,
) => Promise<Outcome | null>;

/** Almost all that fail do so before they have changed anything: there is nothing to undo. */
export const tryPlainly: Attempt = async (_connection, work, hasChanged) => {
  try {
    return { result: await work() };
  } catch (error) {
    return hasChanged() ? null : { error };
  }
};

/** Undoes what fails, and it alone; it costs two statements more. */
export const tryApart: Attempt = async (connection, work) => {
  connection.exec("SAVEPOINT attempt");
  try {
    const result = await work();
    connection.exec("RELEASE attempt");
    return { result };
  } catch (error) {
    // Where the disk is full SQLite may have undone all of it by itself (https://www.sqlite.org/lang_transaction.html).
    if (!connection.inTransaction) return { error };
    connection.exec("ROLLBACK TO attempt");
    connection.exec("RELEASE attempt");
    return { error };
  }
};
