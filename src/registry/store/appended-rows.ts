import type { LibsqlConnection } from "./libsql-connection.ts";
import { type Insertion, sizeOf } from "./query.ts";

type Given = Readonly<Record<string, unknown>>;

interface Row {
  readonly insertion: Insertion<Given>;
  readonly given: Given;
}

/** Rows that the writes of one transaction add together, in their order. */
export class AppendedRows {
  readonly #rows: Row[] = [];

  get length(): number {
    return this.#rows.length;
  }

  add<One>(insertion: Insertion<One>, given: One): void {
    this.#rows.push({ insertion, given } as unknown as Row);
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
      const insertion = this.#rows[at]?.insertion as Insertion<Given>;
      const next = this.#rows.slice(at, at + sizeOf(length));
      const size = sizeOf(alike(next));
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

/** How many of them, from the first on, one statement can add. */
function alike(rows: readonly Row[]): number {
  const [first] = rows;
  const other = rows.findIndex(
    ({ insertion, given }) =>
      insertion !== first?.insertion || insertion.shared.some((field) => given[field] !== first.given[field]),
  );
  return other === -1 ? rows.length : other;
}
