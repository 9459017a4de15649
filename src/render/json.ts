/** JSON to be printed. `##[` is written otherwise: GitHub's runner takes it for a command wherever its log has it. */
export function jsonText(data: unknown): string {
  return `${JSON.stringify(data, null, 2).replaceAll("##[", "#\\u0023[")}\n`;
}
