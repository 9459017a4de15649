import type { Query, Value } from "./query.ts";

/** Characters that are kept at most. */
const capacity = 16 * 1024 * 1024;

/** Rows that are asked for again and again, kept as long as nothing in the database changes. */
export class HotRows {
  readonly #rows = new Map<Query<never, unknown>, Map<Value, unknown>>();
  #state = "";
  #size = 0;

  /** @param state the same text as long as nothing has changed: forgets all rows where it is another */
  at(state: string): void {
    if (state === this.#state && this.#size < capacity) return;
    this.#rows.clear();
    this.#state = state;
    this.#size = 0;
  }

  /** Undefined where it is not known, or there is no such row. */
  get<Given, Row>(query: Query<Given, Row>, key: Value): Row | undefined {
    return this.#rows.get(query)?.get(key) as Row | undefined;
  }

  set<Given, Row>(query: Query<Given, Row>, key: Value, row: Row): void {
    const rows = this.#rows.get(query) ?? new Map<Value, unknown>();
    this.#rows.set(query, rows.set(key, row));
    // What a row and its fields take besides their texts.
    this.#size += 200 + String(key).length;
    for (const value of Object.values(row as object))
      if (typeof value === "string") this.#size += value.length;
  }
}
