import { type ExpressionBuilder, type ReferenceExpression, type SelectQueryBuilder, sql } from "kysely";
import type { WirePage } from "../../wire/page.ts";
import { type Refusal, invalid } from "../refusal.ts";
import type { Database, Snapshot } from "./database.ts";
import type { PageOf } from "./pointer-store.ts";
import { type Query, type Value, query } from "./query.ts";
import type { Tables } from "./tables.ts";

const mebibyte = 1024 * 1024;

/** What a listing's queries are given: which fields depends on what it is filtered by. */
export type Filter = Readonly<Record<string, Value>>;

/** The rows of a page in order, and how many there are on all pages. */
export interface Paging<Row> {
  readonly rows: Query<Filter & PageOf, Row>;
  readonly count: Query<Filter, { readonly total: number }>;
  /** Bytes of a page's rows, where these may be large; PostgreSQL gives them as text. */
  readonly size?: Query<Filter & PageOf, { readonly size: number | string | null }>;
  /** The same rows from behind the one that is named in `after`, where they are ordered by a name. */
  readonly seek?: {
    readonly rows: Query<Filter & PageOf, Row>;
    readonly nameOf: (row: Row) => string;
  };
}

/** Bytes of the rows of a page at most: to make one of nothing but small arrays takes a second, and ten times the memory. */
const largestPage = 16 * mebibyte;

/**
 * A page whose rows and total are of one state.
 * @throws Refusal 422 where its rows are too large together
 */
export async function readPage<Row, Shown>(
  database: Database,
  paging: Paging<Row>,
  given: Filter & PageOf,
  show: (row: Row) => Shown,
): Promise<WirePage<Shown>> {
  const { skip, limit } = given;
  return database.snapshot(async (session) => {
    const size = paging.size === undefined ? 0 : Number((await session.first(paging.size, given))?.size ?? 0);
    if (size > largestPage) throw tooLarge(size);
    const known = knownOf(session, paging, given);
    known.total ??= (await session.first(paging.count, given))?.total ?? 0;
    const data = (await rowsOf(session, paging, given, known.ends)).map(show);
    return { skip, limit, total: known.total, data };
  });
}

function tooLarge(size: number): Refusal {
  const [has, may] = [size, largestPage].map((bytes) => Math.ceil(bytes / mebibyte));
  return invalid(
    ["query", "limit"],
    `the rows of this page take ${has} MiB, and a page may have ${may}: ask for fewer`,
  );
}

/** What is known of a listing, as long as nothing changes. */
interface Known {
  /** Counting costs as much as a page, and is asked for with each. */
  total?: number;
  /** By how many rows are before it, the name that ends a page: the database need not pass all rows again to get there. */
  readonly ends: Map<number, string>;
}

const memos = new WeakMap<object, { readonly state: string; readonly listings: Map<string, Known> }>();
const mostListings = 1000;
const mostEnds = 2000;
/** How many pages back a known end is looked for: callers ask for several at a time. */
const farthest = 32;

function knownOf(session: Snapshot, paging: object, given: Filter): Known {
  const state = session.state();
  if (state === null) return { ends: new Map() };
  const memo = memos.get(paging);
  const listings =
    memo?.state === state && memo.listings.size < mostListings ? memo.listings : new Map<string, Known>();
  memos.set(paging, { state, listings });
  const key = JSON.stringify({ ...given, skip: null, limit: null });
  const known = listings.get(key) ?? { ends: new Map() };
  listings.set(key, known);
  return known;
}

async function rowsOf<Row>(
  session: Snapshot,
  { rows, seek }: Paging<Row>,
  given: Filter & PageOf,
  ends: Map<number, string>,
): Promise<Row[]> {
  if (seek === undefined) return session.all(rows, given);
  const { skip, limit } = given;
  let at = skip;
  while (at > 0 && at > skip - farthest * limit && !ends.has(at)) at -= limit;
  const after = ends.get(at);
  const found =
    after === undefined
      ? await session.all(rows, given)
      : await session.all(seek.rows, { ...given, after, skip: skip - at });
  const last = found.at(-1);
  if (last !== undefined && ends.size < mostEnds) ends.set(skip + found.length, seek.nameOf(last));
  return found;
}

/** Bytes of the texts in some columns, which need not be read for that. */
export function lengthOf(...columns: readonly string[]) {
  const lengths = columns.map((column) => sql<number>`coalesce(octet_length(${sql.ref(column)}), 0)`);
  return sql.join<number>(lengths, sql` + `);
}

/** @param page the rows of a page, each with its `bytes` alone */
export function sizeOfPage(
  { build }: Database,
  page: (given: Filter & PageOf) => SelectQueryBuilder<Tables, never, { readonly bytes: number }>,
): Query<Filter & PageOf, { readonly size: number | string | null }> {
  return query((given: Filter & PageOf) =>
    build.selectFrom(page(given).as("page")).select(({ fn }) => fn.sum<number>("bytes").as("size")),
  );
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
