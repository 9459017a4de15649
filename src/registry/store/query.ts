import { type Compilable, type CompiledQuery, type SelectQueryBuilder, sql } from "kysely";
import type { Tables } from "./tables.ts";

/** What may be bound. There is no boolean: SQLite's driver ends the whole process on one. */
export type Value = string | number | null;

/** A statement that is built and compiled once, at its first use: compiling costs more than running it. */
export interface Query<Given, Row> {
  readonly sql: string;
  /** Whether it changes anything. */
  readonly writes: boolean;
  /** Whether single rows are asked for by its only parameter, a text, again and again: these reads are made cheap. */
  readonly isHot: boolean;
  bind(given: Given): Value[];
  /** Only for the type system: what each of its rows is. */
  readonly row?: Row;
}

/** A query of one row that writes may ask for together. */
export interface Lookup<Given, Row> extends Query<Given, Row> {
  /** The field that names the row. */
  readonly key: keyof Given;
  /** The rows of several at a time: each says in `nth` which of them it is for. */
  of(size: number): Query<readonly Given[], Row & { readonly nth: number }>;
}

/** A statement that adds rows, several at a time. One that cannot be added is left out: it is no error. */
export interface Insertion<Given> {
  /** Whether writes never ask for these rows: they may be added when all others are done. */
  readonly isLast: boolean;
  /** The field that names the row, where lookups may ask for it. */
  readonly key?: keyof Given;
  /** Fields that are the same in all rows that are added at a time: they are bound once. */
  readonly shared: readonly (keyof Given)[];
  of(rows: number): Query<readonly Given[], never>;
}

/** How many rows one statement asks for or adds: what it costs to run one is then shared. */
const sizes = [32, 8, 1] as const;

/** How many of so many rows, one at least, the next statement takes. */
export function sizeOf(rows: number): number {
  return sizes.find((size) => size <= rows) ?? 1;
}

/**
 * @param build makes the statement out of placeholders: `given` has one for whatever field is asked for
 */
export function query<Given, Row>(
  build: (given: Given) => Compilable<Row>,
  { isHot = false } = {},
): Query<Given, Row> {
  return statement<Given, Row>(
    () => build(placeholders(0) as Given),
    (given, { field }) => (given as Fields)[field],
    isHot,
  );
}

/** The same for rows that are added: `build` has placeholders for each of them. */
export function insertion<Given>(
  build: (rows: readonly Given[]) => Compilable,
  { isLast = false, shared = [], ...key }: Partial<Pick<Insertion<Given>, "isLast" | "key" | "shared">> = {},
): Insertion<Given> {
  const of = remembered((rows) =>
    ofMany<Given, never>(rows, (given) => {
      const [first] = given;
      for (const row of given) {
        for (const field of shared) Object.assign(row as object, { [field]: first?.[field] });
      }
      return build(given);
    }),
  );
  return { isLast, shared, ...key, of };
}

/** The same for a row that writes ask for, by its name in the field `key`. */
export function lookup<Given, Row>(
  build: (given: Given) => SelectQueryBuilder<Tables, "pointers", Row>,
  key: keyof Given,
): Lookup<Given, Row> {
  const of = remembered((size) =>
    ofMany<Given, Row & { readonly nth: number }>(size, (given) =>
      given
        .map((one, nth) => build(one).select(sql.lit(nth).as("nth")))
        .reduce((all, one) => all.unionAll(one)),
    ),
  );
  return Object.assign(query(build), { key, of });
}

function remembered<Made>(make: (size: number) => Made): (size: number) => Made {
  const made = new Map<number, Made>();
  return (size) => {
    const known = made.get(size) ?? make(size);
    made.set(size, known);
    return known;
  };
}

function ofMany<Given, Row>(
  size: number,
  build: (given: Given[]) => Compilable<Row>,
): Query<readonly Given[], Row> {
  return statement<readonly Given[], Row>(
    () => build(Array.from({ length: size }, (_, row) => placeholders(row) as Given)),
    (given, { row, field }) => (given[row] as Fields)[field],
    false,
  );
}

type Fields = Readonly<Record<string, Value>>;

function statement<Given, Row>(
  build: () => Compilable<Row>,
  valueOf: (given: Given, placeholder: Placeholder) => Value | undefined,
  isHot: boolean,
): Query<Given, Row> {
  let compiled: CompiledQuery<Row> | undefined;
  const compile = () => (compiled ??= build().compile());
  return {
    isHot,
    get sql() {
      return compile().sql;
    },
    get writes() {
      return compile().query.kind !== "SelectQueryNode";
    },
    bind: (given) =>
      compile().parameters.map((value) =>
        value instanceof Placeholder ? storable(valueOf(given, value) as Value) : (value as Value),
      ),
  };
}

/**
 * A text without NULs: PostgreSQL refuses one that has them, and SQLite gives it back cut off there. No
 * name has them, so that one that is looked for is nobody's.
 */
function storable(value: Value): Value {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
}

/** Stands for a field of what a statement is given. */
export class Placeholder {
  readonly row: number;
  readonly field: string;
  constructor(row: number, field: string) {
    this.row = row;
    this.field = field;
  }
}

/** One for whatever field is asked for, and always the same. */
function placeholders(row: number): unknown {
  return new Proxy<Record<string, unknown>>(
    {},
    { get: (known, field) => (known[String(field)] ??= new Placeholder(row, String(field))) },
  );
}
