import { endOfText } from "../http/read-json.ts";

/**
 * The members of a JSON object, each value as it was written, so that no digit of a number is lost; of a
 * name given twice the last.
 * @param text a JSON object, known to be valid
 */
export function jsonMembers(text: string): Map<string, string> {
  const values = new Map<string, string>();
  let depth = 0;
  let name: string | undefined;
  let start = 0;
  for (let at = text.indexOf("{"); at < text.length; at += 1) {
    const letter = text.charCodeAt(at);
    if (letter === quote) {
      const end = endOfText(text, at);
      if (depth === 1 && name === undefined) {
        name = JSON.parse(text.slice(at, end + 1)) as string;
        start = text.indexOf(":", end) + 1;
      }
      at = end;
    } else if (letter === openBrace || letter === openBracket) {
      depth += 1;
    } else if (letter === closeBrace || letter === closeBracket || (letter === comma && depth === 1)) {
      if (depth === 1 && name !== undefined) {
        values.set(name, text.slice(start, at).trim());
        name = undefined;
      }
      if (letter !== comma) depth -= 1;
    }
  }
  return values;
}

const [quote, comma, openBrace, closeBrace, openBracket, closeBracket] = [34, 44, 123, 125, 91, 93];
