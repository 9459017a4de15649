/** What a terminal may obey or hide, beside what JSON escapes by itself, and what CI takes for a command. */
const unsafe = /[\x7f-\x9f\p{Cf}\u2028\u2029]|#(?=#\w*\[)/gu;

/** JSON to be printed: what text shows as an escape is one here too, so that it means the same to programs. */
export function jsonText(data: unknown): string {
  return `${JSON.stringify(data, null, 2).replace(unsafe, escaped)}\n`;
}

function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
