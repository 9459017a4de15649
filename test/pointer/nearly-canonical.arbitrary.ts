import fc from "fast-check";

/*
 * Pointer files that are canonical but for a line or two, with everything in YAML that is known to bite:
 * words that are truth values to some readers, numbers that are octal, hexadecimal or in base 60, dates, merge keys,
 * anchors, aliases, tags, flow collections, block and folded texts, comments and breaks in odd places, quoted
 * and complex keys, directives, several documents, tabs, carriage returns, characters beyond ASCII.
 */
const tags = ["aa", "bb", "cc", "latest", "stable", "1.0", "on", "no", "00", "x_y-z", "V2", "e5", "0x1"];
const name = fc.constantFrom(...tags).map((tag) => `a/b:${tag}`);

const targets =
  `a/b:v1 a/b:v2 other/p:stable pipeline_x1 pipeline_abcd1234 x_ x_y _x p_- p_1- p_-1 x__y no_1 on_ true_1
  no yes on off y n NO True null Null ~ .inf .NaN 0777 0o17 0x1f 0b1 1_000 12 1.5 1e3 12:30 1:2:3 190:20:30 2026-11-01
  2026-11-01T10:00:00Z <<: *a &a !!str !x | > |- >+ {a: b} [a, b] {} [] 'a/b:v1' "a/b:v1" "a\\u002fb:v1" a/b:v1#x a/b:v1: a/b:
  a/b a:b a/b:v1,x -x - ? ?x : @x \`x % %x = 1a a1 a.b A/b:cc a/B:cc a/b:c a/b:-c a/b:c- a/b:${"t".repeat(130)}
  ünïcode pipeline_ü 日本 \u00a0 \u2028 \u0085 \ufeff \u{1f680} \u200b`
    .split(/\n? +|\n/)
    .filter((text) => text !== "");

const behind = fc.constantFrom(
  "",
  "",
  "",
  "",
  " # why",
  "  # two",
  " #",
  "# stuck",
  " #\ttab",
  " ",
  "\t",
  "\t# c",
  "\r",
  " # c\r",
  " # \u2028x",
  " # ü 🚀",
);
const target = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("a/b:v1", "pipeline_x1", "other/p:stable", "x_y") },
  fc.constantFrom(...targets),
  fc.string({ maxLength: 8 }),
);

const fields = fc.shuffledSubarray(
  ["    target: a/b:v1", "    locked: true", "    description: Frozen for the audit.", "    # why"],
  { minLength: 1 },
);
const plain = fc.constantFrom("a/b:v1", "a/b:aa", "pipeline_x1");
/** An entry, but for its name. */
const entry = fc.oneof(
  { weight: 3, arbitrary: plain.map((to) => ` ${to}`) },
  fields.map((lines) => ["", ...lines].join("\n")),
  plain.map((to) => `\n    target: ${to}\n    locked: false`),
);

const oddEntry = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(name, target, behind).map(([key, to, end]) => [`  ${key}: ${to}${end}`]) },
  fc.tuple(name, target, behind).map(([key, to, end]) => [`  ${key}:${end}`, `    target: ${to}${end}`]),
  fc
    .tuple(name, fc.constantFrom("yes", "True", "TRUE", "1", "'true'", "true #", "~", ""))
    .map(([key, value]) => [`  ${key}:`, "    target: a/b:v1", `    locked: ${value}`]),
  fc
    .tuple(
      name,
      fc.oneof(
        fc.constantFrom(
          "no",
          "Words",
          "a: b",
          "a #b",
          "a, b",
          "x - y",
          "Ends in (brackets)",
          "1.5",
          "null.",
          "- a",
          "'q'",
          '"q"',
          "[x]",
          "ünï",
          "",
        ),
        fc.string({ maxLength: 12 }),
      ),
    )
    .map(([key, text]) => [`  ${key}:`, "    target: a/b:v1", `    description: ${text}`]),
);
const oddLines = fc
  .constantFrom(
    "",
    " ",
    "   ",
    "\t",
    "\r",
    "# c",
    "  # d",
    "      # deep",
    "\t# t",
    "#",
    "# \u0007",
    "# \r",
    "# \u2028x",
    "---",
    "--- # x",
    "...",
    "%YAML 1.2",
    "%YAML 1.1\n---",
    "pointers:",
    "other: 1",
    "pointers: {}",
    "  <<: *a",
    "  <<:",
    "  ? a/b:cc\n  : a/b:v1",
    "  'a/b:cc': a/b:v1",
    '  "a/b:cc": a/b:v1',
    "  a/b:cc : a/b:v1",
    "  a/b:cc:a/b:v1",
    "  a/b:cc:  a/b:v1",
    "  a/b:cc:\ta/b:v1",
    "   a/b:cc: a/b:v1",
    " a/b:cc: a/b:v1",
    "a/b:cc: a/b:v1",
    "\ta/b:cc: a/b:v1",
    "  - a/b:cc",
    "  a/b:cc: a/b:v1\n    more words",
    "  a/b:cc: a/b:v1\n  more",
    "  a/b:cc: |\n    a/b:v1",
    "  a/b:cc: >-\n    a/b:v1",
    "  a/b:cc: &x a/b:v1",
    "  a/b:cc: *x",
    "  a/b:cc: !!str a/b:v1",
    "  a/b:cc: {target: a/b:v1}",
    "  {a/b:cc: a/b:v1}",
    "    target: a/b:v2",
    "    locked: true",
    "    unknown: x",
    "   target: a/b:v1",
    "     target: a/b:v1",
    `  a/b:${"t".repeat(600)}: a/b:v1`,
    `  ${"a".repeat(1100)}/b:cc: a/b:v1`,
    "  Ü/b:cc: a/b:v1",
    "  12: a/b:v1",
    "  null: a/b:v1",
    "  true: a/b:v1",
  )
  .map((text) => text.split("\n"));
const odd = fc.oneof(
  { weight: 3, arbitrary: oddEntry },
  { weight: 3, arbitrary: oddLines },
  fc.string({ maxLength: 16 }).map((text) => [text]),
);

const head = fc.oneof(
  { weight: 12, arbitrary: fc.constant("pointers:") },
  fc.constantFrom(
    "# head\npointers:",
    "\npointers: # all",
    "pointers: ",
    "pointers:\t",
    "pointers",
    "'pointers':",
    "\ufeffpointers:",
    "---\npointers:",
    "pointers:\r",
    "pointers: &a",
    "pointers: {}",
  ),
);

/** Mostly canonical, with at most two odd places. */
export const nearlyCanonical: fc.Arbitrary<string> = fc
  .record({
    head,
    names: fc.shuffledSubarray(tags, { minLength: 1, maxLength: 5 }),
    entries: fc.array(entry, { minLength: 5, maxLength: 5 }),
    odds: fc.array(fc.tuple(fc.nat(5), odd), { maxLength: 2 }),
    blanks: fc.boolean(),
    newline: fc.oneof({ weight: 12, arbitrary: fc.constant("\n") }, fc.constantFrom("\r\n", "\r")),
    end: fc.oneof(
      { weight: 8, arbitrary: fc.constant("\n") },
      fc.constantFrom("", "\n\n", " ", "\n  ", "\n# end", "\n...\n", "\n\0"),
    ),
  })
  .map(({ head: first, names, entries, odds, blanks, newline, end }) => {
    const parts = names.map((tag, index) => `  a/b:${tag}:${entries[index]}`);
    for (const [at, lines] of odds) parts.splice(at, 0, lines.join("\n"));
    const text = `${first}\n${parts.join(blanks ? "\n\n" : "\n")}${end}`;
    return newline === "\n" ? text : text.replaceAll("\n", newline);
  });
