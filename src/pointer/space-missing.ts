export const spaceMissing = 'A space is missing after the colon, as in "name: target".';

/** Whether a text looks like a key and its value: a pointer's name or a field, with no space behind its colon. */
export function lacksSpace(text: string): boolean {
  return /^\s*(?:[^\s:/]+\/[^\s:/]+:[^\s:]+|[a-z_]+):(?!\/\/)[^\s:]/.test(text);
}
