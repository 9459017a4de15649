/** An answer that is not of the shape the v4 API gives. */
export class WireError extends Error {
  override readonly name = "WireError";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
