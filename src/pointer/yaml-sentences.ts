import { type Document, type YAMLError, isNode, isPair, visit } from "yaml";
import { printable } from "./printable.ts";
import { lacksSpace, spaceMissing } from "./space-missing.ts";

export interface YamlSentence {
  /** Of the rule `yaml`, where it is not said. */
  readonly rule?: "yaml-subset";
  readonly message: string;
  /** Where it is, in the text. */
  readonly offset: number;
}

export const tooDeep = "The file is nested too deeply to be one of pointsman's.";

/** What the YAML parser complains of, as sentences a person would write, a few at most. */
export function explainYamlErrors(
  doc: Document.Parsed,
  text: string,
  at: (offset: number) => { readonly line: number },
  isShowable: (text: string) => boolean,
): YamlSentence[] {
  if (doc.errors.length === 0) return [];
  const conflict = /^<{7} /m.exec(text);
  if (conflict !== null && /^>{7} /m.test(text)) {
    const message = "A merge conflict is left in the file: choose a side, and take its markers out.";
    return [{ message, offset: conflict.index }];
  }
  // One mistake often makes the parser complain again and again: the first of each line is enough, and of a
  // missing comma the one that says so.
  const lines = new Map<number, YamlSentence>();
  const seen = new Set<number>();
  const orderOf = (code: string): number => (code === "BLOCK_IN_FLOW" ? 0 : 1);
  for (const error of doc.errors.toSorted((a, b) => orderOf(a.code) - orderOf(b.code))) {
    const noticed = at(error.pos[0]).line;
    if (seen.has(noticed)) continue;
    seen.add(noticed);
    const slip = slipOf(error, doc, text);
    const { message, offset } = slip ?? { message: sentenceOf(error, isShowable), offset: error.pos[0] };
    const { line } = at(offset);
    const rule = error.code === "MULTIPLE_DOCS" ? ({ rule: "yaml-subset" } as const) : {};
    if (!lines.has(line)) lines.set(line, { ...rule, message, offset });
    if (lines.size === mostErrors) break;
  }
  return [...lines.values()];
}

const mostErrors = 5;

const sentences: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "A tab is used as indentation; YAML takes only spaces.",
  MULTIPLE_DOCS: "A second YAML document starts here; a file holds one.",
  BAD_INDENT: "The indentation does not fit the lines around it.",
  BLOCK_AS_IMPLICIT_KEY: 'A text with ": " in it needs quotes around it.',
  BLOCK_IN_FLOW: 'A comma is missing between the brackets, or a text with ": " in it needs quotes around it.',
  MULTILINE_IMPLICIT_KEY: 'A key and its colon stand on one line, as in "name: target".',
};

function sentenceOf(error: YAMLError, isShowable: (text: string) => boolean): string {
  const { code, message } = error;
  if (message.startsWith("Maximum call stack")) return tooDeep;
  if (sentences[code] !== undefined) return sentences[code];
  // Some of the parser's messages quote the text: behind a colon, but for those of tags and directives.
  if (isShowable(message)) return `Not valid YAML: ${printable(message)}.`;
  const said = /^(?:TAG_|BAD_DIRECTIVE)/.test(code) ? "" : (/^[\w ,-]*/.exec(message)?.[0].trim() ?? "");
  return said === "" ? "Not valid YAML." : `Not valid YAML: ${said}.`;
}

/** A mistake that the parser notices elsewhere, where it was made; null where it is not known to be one. */
function slipOf(error: YAMLError, doc: Document.Parsed, text: string): YamlSentence | null {
  const [at] = error.pos;
  if (isOpenQuote(error))
    return { message: "The quote that starts here is not closed.", offset: quoteBefore(at, doc) };
  const end = (text.indexOf("\n", at) + 1 || text.length + 1) - 1;
  const rest = text.slice(at, end);
  if (isOpenBracket(error)) {
    const bracket = bracketBefore(at, doc, text);
    return bracket === null
      ? null
      : { message: `The ${text[bracket]} that opens here is not closed.`, offset: bracket };
  }
  const isKey = /^(?:BLOCK_AS|MULTILINE)_IMPLICIT_KEY$/.test(error.code);
  if (!isKey && !error.message.startsWith("Implicit map keys")) return null;
  if (lacksSpace(rest)) return { message: spaceMissing, offset: at };
  if (!isKey || /:(?:\s|$)/.test(rest)) return null;
  // The value goes on in the next line with something in it, where that is indented further than its own key.
  const [between = "", indent = ""] = /^\r?\n(?:[ ]*(?:#.*)?\r?\n)*([ ]*)/.exec(text.slice(end)) ?? [];
  const own = /^ */.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1))?.[0] ?? "";
  return indent.length > own.length
    ? { message: "This line is indented further than the one above it.", offset: end + between.length }
    : null;
}

function isOpenBracket({ message }: YAMLError): boolean {
  return /^(?:Flow|Expected flow) (?:map|sequence) .*end with/.test(message);
}

/** The innermost bracket that is open at a place; null where none is found. */
function bracketBefore(offset: number, doc: Document.Parsed, text: string): number | null {
  let found: number | null = null;
  visit(doc, {
    Collection: (_, { flow, range, items }) => {
      // A pair in a list is a map without brackets.
      if (flow !== true || range == null || !/[[{]/.test(text[range[0]] ?? "")) return;
      const [start, end] = range;
      // The last bracket may be that of what stands inside.
      const last = items.at(-1);
      const inner = isPair(last) ? (last.value ?? last.key) : last;
      const isInners = isNode(inner) && inner.range?.[1] === end;
      const isClosed = text[end - 1] === (text[start] === "{" ? "}" : "]") && !isInners;
      if (start < offset && end >= offset && !isClosed) found = start;
    },
  });
  return found;
}

function isOpenQuote({ message }: YAMLError): boolean {
  return /^Missing closing ['"]quote/.test(message);
}

/** The parser notices an open quote where the file ends: it is shown where it was opened. */
function quoteBefore(offset: number, doc: Document.Parsed): number {
  let found = offset;
  visit(doc, {
    Scalar: (_, { type, range }) => {
      if (type?.startsWith("QUOTE") === true && range != null && range[0] < offset) found = range[0];
    },
  });
  return found;
}
