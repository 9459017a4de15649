import type { Ahead } from "./database.ts";
import type { LibsqlConnection } from "./libsql-connection.ts";
import { sizeOf } from "./query.ts";

interface Known {
  readonly lookup: Ahead["lookup"];
  readonly name: unknown;
  readonly row: unknown;
}

/** Rows that the writes of one transaction ask for first, read together before any of them has begun. */
export class RowsAhead {
  /** By what was given: each write gives an object of its own. */
  readonly #known = new Map<unknown, Known>();
  readonly #changed = new Set<unknown>();

  /** Forgets all, and reads these. Few are left for the writes themselves to read. */
  read(connection: LibsqlConnection, wanted: readonly Ahead[]): void {
    this.forget();
    for (const lookup of new Set(wanted.map((one) => one.lookup))) {
      const given = wanted.filter((one) => one.lookup === lookup).map((one) => one.given);
      for (let size = sizeOf(given.length); size > 1; size = sizeOf(given.length)) {
        this.#readTogether(connection, lookup, given.splice(0, size));
      }
    }
  }

  #readTogether(connection: LibsqlConnection, lookup: Ahead["lookup"], given: object[]): void {
    const rows = new Map(
      connection.all(lookup.of(given.length), given as never[]).map((row) => [row.nth, row]),
    );
    for (const [nth, one] of given.entries()) {
      this.#known.set(one, { lookup, name: one[lookup.key as never], row: rows.get(nth) });
    }
  }

  /** What was read for it, unless that may have changed since. */
  get(query: object, given: unknown): Known | undefined {
    const known = this.#known.get(given);
    return known === undefined || known.lookup !== query || this.#changed.has(known.name) ? undefined : known;
  }

  /** The row of this name has changed. */
  change(name: unknown): void {
    this.#changed.add(name);
  }

  forget(): void {
    this.#known.clear();
    this.#changed.clear();
  }
}
