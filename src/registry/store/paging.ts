import type { ExpressionBuilder, ReferenceExpression } from "kysely";
import type { WirePage } from "../../wire/page.ts";
import type { Database, Snapshot } from "./database.ts";
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
  return database.snapshot(async (session) => ({
    skip,
    limit,
    total: await totalOf(session, count, given),
    data: (await session.all(rows, given)).map(show),
  }));
}

/** Totals by their filter, as long as nothing changes: counting costs as much as a page, and is asked for with each. */
const memos = new WeakMap<object, { readonly state: string; readonly totals: Map<string, number> }>();
const mostTotals = 1000;

async function totalOf(session: Snapshot, count: Paging<unknown>["count"], given: Filter): Promise<number> {
  const counted = async () => (await session.first(count, given))?.total ?? 0;
  const state = session.state();
  if (state === null) return counted();
  const memo = memos.get(count);
  const totals =
    memo?.state === state && memo.totals.size < mostTotals ? memo.totals : new Map<string, number>();
  memos.set(count, { state, totals });
  const key = JSON.stringify({ ...given, skip: null, limit: null });
  const total = totals.get(key) ?? (await counted());
  totals.set(key, total);
  return total;
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

/** Names from one on, and before another: what begins alike stands together, and its index finds it. */
export interface Range {
  readonly from: string;
  readonly to: string;
}

/** The fields under which ranges of names are given. None at all stands for no names, which is a range too. */
function rangeFields(count: number): Range[] {
  return Array.from({ length: Math.max(1, count) }, (_, index) => ({
    from: `from${index}`,
    to: `to${index}`,
  }));
}

/** Those fields with the names that belong to usernames: all that begin with one and a slash. */
export function givenUsernames(usernames: readonly string[] = []): Filter {
  const given = rangeFields(usernames.length).map(({ from, to }, index) => {
    const range = usernames[index] === undefined ? { from: "", to: "" } : startingWith(usernames[index], "/");
    return { [from]: range.from, [to]: range.to };
  });
  return Object.assign({}, ...given) as Filter;
}

/** The names that begin with `start` and one more character. */
export function startingWith(start: string, then: "/" | ":"): Range {
  return { from: start + then, to: start + String.fromCharCode(then.charCodeAt(0) + 1) };
}

/** Whether a name is in one of `count` ranges. */
export function isInRanges<DB, TB extends keyof DB>(
  eb: ExpressionBuilder<DB, TB>,
  name: ReferenceExpression<DB, TB>,
  given: Filter,
  count: number,
) {
  return eb.or(
    rangeFields(count).map(({ from, to }) =>
      eb.and([eb(name, ">=", given[from] as never), eb(name, "<", given[to] as never)]),
    ),
  );
}
