import { type Document, type YAMLError, visit } from "yaml";
import { printable } from "./printable.ts";

export interface YamlSentence {
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
  // One mistake often makes the parser complain again and again: the first of each line is enough.
  const lines = new Map<number, YamlSentence>();
  for (const error of doc.errors) {
    const offset = isOpenQuote(error) ? quoteBefore(error.pos[0], doc) : error.pos[0];
    const { line } = at(offset);
    if (!lines.has(line)) lines.set(line, { message: sentenceOf(error, isShowable), offset });
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
  MULTILINE_IMPLICIT_KEY: 'A key and its colon stand on one line, as in "name: target".',
};

function sentenceOf(error: YAMLError, isShowable: (text: string) => boolean): string {
  const { code, message } = error;
  if (message.startsWith("Maximum call stack")) return tooDeep;
  if (isOpenQuote(error)) return "The quote that starts here is not closed.";
  if (sentences[code] !== undefined) return sentences[code];
  // Some of the parser's messages quote the text: behind a colon, but for those of tags and directives.
  if (isShowable(message)) return `Not valid YAML: ${printable(message)}.`;
  const said = /^(?:TAG_|BAD_DIRECTIVE)/.test(code) ? "" : (/^[\w ,-]*/.exec(message)?.[0].trim() ?? "");
  return said === "" ? "Not valid YAML." : `Not valid YAML: ${said}.`;
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
