import fc from "fast-check";

/** One entry of a generated file: its text, and what a parser must find in it. */
export interface SampleEntry {
  readonly pointer: string;
  readonly target: string;
  readonly locked: boolean;
  readonly description: string | undefined;
  /** What stands above it and is not its own: blank lines, comments before a blank line. */
  readonly above: string;
  /** Its own lines, with the comments right above it. */
  readonly own: string;
}

export interface SampleFile {
  readonly text: string;
  readonly head: string;
  readonly entries: readonly SampleEntry[];
  readonly foot: string;
  readonly newline: string;
}

const word = fc.constantFrom("why", "it's", "{x}: [y]", 'say "no"', "grün 🚀", "# twice", "a: b", "- c", "%");
const comment = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => `# ${words.join(" ")}`);
const optional = (text: fc.Arbitrary<string>) => fc.oneof(fc.constant(""), text);
const tags = ["latest", "stable", "prod", "1.0", "on", "00", "x_y-z", "audit-2026q3", "V2"];
const target = fc.constantFrom(
  "pipeline_abcd1234",
  "myuser/gptneo:v3",
  "other/whisper:stable",
  "12345678",
  "2026-11-01",
  "true",
  "0x1f",
  "1e3",
  "abc~",
  "~",
  "null",
);

/** Of a text that is no string to every reader when it is plain, the quoted forms only. */
function quoted(text: string, form: "plain" | "single" | "double"): string {
  const mustQuote = !/^(?:pipeline_|\w+\/|abc)/.test(text);
  if (form === "double" || (mustQuote && form === "plain")) return JSON.stringify(text);
  return form === "single" ? `'${text.replaceAll("'", "''")}'` : text;
}

const form = fc.constantFrom("plain" as const, "single" as const, "double" as const);

const entry = (tag: string, newline: string): fc.Arbitrary<SampleEntry> =>
  fc
    .record({
      target,
      form,
      nameForm: fc.oneof({ weight: 3, arbitrary: fc.constant("plain" as const) }, form),
      isLong: fc.boolean(),
      locked: fc.constantFrom(undefined, false, true),
      description: fc.constantFrom(undefined, "Frozen for the audit.", "two: parts", "# no comment"),
      isLockedFirst: fc.boolean(),
      blanks: fc.constantFrom("", newline, `${newline}${newline}`),
      stray: optional(comment),
      own: fc.array(comment, { maxLength: 2 }),
      onName: optional(comment),
      onTarget: optional(comment),
      between: optional(comment),
    })
    .map((made) => {
      const pointer = `myuser/gptneo:${tag}`;
      const name = quotedName(pointer, made.nameForm);
      const suffix = (text: string): string => (text === "" ? "" : ` ${text}`);
      const value = quoted(made.target, made.form);
      const lines = made.own.map((text) => `  ${text}`);
      if (made.isLong) {
        lines.push(`  ${name}:${suffix(made.onName)}`);
        const fields = [`    target: ${value}${suffix(made.onTarget)}`];
        if (made.between !== "") fields.push(`    ${made.between}`);
        if (made.locked !== undefined) fields.push(`    locked: ${made.locked}`);
        if (made.isLockedFirst) fields.reverse();
        if (made.description !== undefined)
          fields.push(`    description: ${JSON.stringify(made.description)}`);
        lines.push(...fields);
      } else lines.push(`  ${name}: ${value}${suffix(made.onTarget)}`);
      return {
        pointer,
        target: made.target,
        locked: made.isLong && made.locked === true,
        description: made.isLong ? made.description : undefined,
        above: made.blanks + (made.stray === "" ? "" : `  ${made.stray}${newline}${newline}`),
        own: lines.map((line) => `${line}${newline}`).join(""),
      };
    });

function quotedName(name: string, its: "plain" | "single" | "double"): string {
  return { plain: name, single: `'${name}'`, double: `"${name}"` }[its];
}

/** Whole pointer files as people write them: both forms, quotes, comments, blank lines, CRLF, an open end. */
export const sampleFile: fc.Arbitrary<SampleFile> = fc.constantFrom("\n", "\r\n").chain((newline) =>
  fc
    .record({
      chosen: fc.shuffledSubarray(tags, { minLength: 1, maxLength: 5 }),
      before: fc.array(comment, { maxLength: 2 }),
      onRoot: optional(comment),
      foot: fc.constantFrom("", newline, `${newline}# end${newline}`, `  # end${newline}`),
      isOpen: fc.boolean(),
    })
    .chain(({ chosen, before, onRoot, foot, isOpen }) =>
      fc.tuple(...chosen.map((tag) => entry(tag, newline))).map((entries) => {
        const head = [...before, `pointers:${onRoot === "" ? "" : ` ${onRoot}`}`]
          .map((line) => `${line}${newline}`)
          .join("");
        const body = entries.map(({ above, own }) => above + own).join("");
        const whole = head + body + foot;
        const text = isOpen && foot === "" ? whole.slice(0, -newline.length) : whole;
        return { text, head, entries, foot, newline };
      }),
    ),
);

/** The comments of a text as a person sees them, in order: those of generated texts begin with "# ". */
export function commentsIn(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => /(?:^\s*|\S\s)(# .*)$/.exec(line.replace(/description: .*/, ""))?.[1])
    .filter((found) => found !== undefined);
}
