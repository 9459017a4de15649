import type { WirePage } from "../../wire/page.ts";
import type { Database } from "./database.ts";
import type { PageOf } from "./pointer-store.ts";
import type { Query, Value } from "./query.ts";

/** What a listing's queries are given: which fields depends on what it is filtered by. */
export type Filter = Readonly<Record<string, Value>>;

/** The rows of a page in order, and how many there are on all pages. */
export interface Paging<Row> {
  readonly rows: Query<Filter & PageOf, Row>;
  readonly count: Query<Filter, { readonly total: number }>;
}

/** A page whose rows and total are of one state. */
export async function readPage<Row, Shown>(
  database: Database,
  { rows, count }: Paging<Row>,
  given: Filter & PageOf,
  show: (row: Row) => Shown,
): Promise<WirePage<Shown>> {
  const { skip, limit } = given;
  return database.snapshot(async (session) => {
    const total = (await session.first(count, given))?.total ?? 0;
    return { skip, limit, total, data: (await session.all(rows, given)).map(show) };
  });
}

/** The pagings of a listing, one for each combination of filters, made when first asked for. */
export function pagings<Row>(make: (by: FilteredBy) => Paging<Row>): (by: FilteredBy) => Paging<Row> {
  const known = new Map<string, Paging<Row>>();
  return (by) => {
    const key = JSON.stringify(by);
    const paging = known.get(key) ?? make(by);
    known.set(key, paging);
    return paging;
  };
}

export interface FilteredBy {
  readonly deleted: boolean;
  /** Whether one family is asked for. */
  readonly family: boolean;
  /** Of how many usernames; null for everybody's. */
  readonly usernames: number | null;
}

/** The fields under which usernames are given. None at all stands for nobody's, which is a list too. */
export function usernameFields(count: number): string[] {
  return Array.from({ length: Math.max(1, count) }, (_, index) => `username${index}`);
}

/** Those fields with their values. */
export function givenUsernames(usernames: readonly string[] = []): Filter {
  return Object.fromEntries(
    usernameFields(usernames.length).map((field, index) => [field, usernames[index] ?? ""]),
  );
}
