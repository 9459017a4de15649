import type { Compilable, CompiledQuery } from "kysely";

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

/**
 * @param build makes the statement out of placeholders: `given` has one for whatever field is asked for
 */
export function query<Given, Row>(
  build: (given: Given) => Compilable<Row>,
  { isHot = false } = {},
): Query<Given, Row> {
  let compiled: CompiledQuery<Row> | undefined;
  const compile = () => (compiled ??= build(placeholders as Given).compile());
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
        value instanceof Placeholder
          ? storable((given as Readonly<Record<string, Value>>)[value.field] as Value)
          : (value as Value),
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

class Placeholder {
  readonly field: string;
  constructor(field: string) {
    this.field = field;
  }
}

const placeholders: unknown = new Proxy({}, { get: (_, field) => new Placeholder(String(field)) });
