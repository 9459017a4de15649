import type { LibsqlConnection } from "./libsql-connection.ts";
import type { Insertion } from "./query.ts";

/** How many rows a statement adds: what it costs to run one is then shared. */
const sizes = [32, 8, 1] as const;

interface Row {
  readonly insertion: Insertion<unknown>;
  readonly given: unknown;
}

/** Rows that the writes of one transaction add together, in their order. */
export class AppendedRows {
  readonly #rows: Row[] = [];

  get length(): number {
    return this.#rows.length;
  }

  add<Given>(insertion: Insertion<Given>, given: Given): void {
    this.#rows.push({ insertion, given });
  }

  /** Forgets those after the first `length`. */
  cutTo(length: number): void {
    this.#rows.length = length;
  }

  /** Adds them, and forgets them. Says whether each of them was added. */
  flush(connection: LibsqlConnection): boolean {
    const { length } = this.#rows;
    let added = 0;
    for (let at = 0; at < length;) {
      const insertion = this.#rows[at]?.insertion as Insertion<unknown>;
      const next = this.#rows.slice(at, at + sizes[0]);
      const size = sizes.find((rows) => rows <= alike(next)) ?? 1;
      added += connection.run(
        insertion.of(size),
        next.slice(0, size).map(({ given }) => given),
      );
      at += size;
    }
    this.#rows.length = 0;
    return added === length;
  }
}

/** How many of them, from the first on, are of one kind. */
function alike(rows: readonly Row[]): number {
  const other = rows.findIndex(({ insertion }) => insertion !== rows[0]?.insertion);
  return other === -1 ? rows.length : other;
}
