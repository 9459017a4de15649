import type { Query, Value } from "./query.ts";

interface Read {
  readonly key: Value;
  readonly resolve: (row: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs a statement of the server's own SQL. */
export type Ask = (sql: string, values: unknown[]) => Promise<readonly object[]>;

/** How many statements are under way at a time, for each query: what is asked meanwhile comes together. */
const mostUnderWay = 2;
/** Milliseconds after which one holds up no others: its connection may be lost, and nobody has noticed yet. */
const patience = 250;

/**
 * Reads of single rows by one key. Those of about the same time are one statement: what one costs is its way
 * to the server and back. Each is answered by what is there after it was asked.
 */
export class GroupedReads<Row> {
  readonly #ask: Ask;
  readonly #one: string;
  readonly #many: string;
  #waiting: Read[] = [];
  #underWay = 0;

  /** @param query its only parameter is the key, a text */
  constructor(query: Query<never, Row>, ask: Ask) {
    this.#ask = ask;
    this.#one = query.sql;
    this.#many = `SELECT row_of.*, wanted.nth FROM unnest($1::text[]) WITH ORDINALITY AS wanted (key, nth)
      CROSS JOIN LATERAL (${query.sql.replaceAll(/\$1\b/g, "wanted.key")}) AS row_of`;
  }

  first(key: Value): Promise<Row | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve: resolve as Read["resolve"], reject });
      if (this.#waiting.length === 1) setImmediate(() => void this.#next());
    });
  }

  async #next(): Promise<void> {
    if (this.#underWay === mostUnderWay || this.#waiting.length === 0) return;
    const reads = this.#waiting;
    this.#waiting = [];
    const leave = this.#enter();
    try {
      if (reads.length === 1) {
        const [row] = await this.#ask(this.#one, [reads[0]?.key]);
        reads[0]?.resolve(row);
      } else {
        const rows = await this.#ask(this.#many, [reads.map(({ key }) => key)]);
        for (const row of rows as { nth: number }[]) reads[row.nth - 1]?.resolve(row);
        for (const { resolve } of reads) resolve(undefined);
      }
    } catch (error) {
      for (const { reject } of reads) reject(error);
    }
    leave();
  }

  /** Counts a statement as under way, until it is done or late. */
  #enter(): () => void {
    this.#underWay += 1;
    const leave = (): void => {
      clearTimeout(late);
      if (isOut) return;
      isOut = true;
      this.#underWay -= 1;
      void this.#next();
    };
    let isOut = false;
    const late = setTimeout(leave, patience).unref();
    return leave;
  }
}
