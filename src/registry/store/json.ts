/** A value as it is kept in a column; null stays null. */
export function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** What a column holds: only `toJson` wrote it. */
export function fromJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
