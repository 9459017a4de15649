/**
 * The strong ETag of a pointer: a function of its value alone, so that whoever knows the value that a
 * change was planned against can name it in `If-Match`.
 */
export function etagOf(value: { readonly pipeline_id: string; readonly locked: boolean }): string {
  const id = encodeURIComponent(value.pipeline_id.replace(/\p{Cs}/gu, "\ufffd"));
  return value.locked ? `"${id};locked"` : `"${id}"`;
}

/**
 * Whether an `If-Match` header holds (RFC 9110, 13.1.1). A weak tag never does.
 * @param header as it was sent: `*`, or tags with commas between
 * @param etag what is there now; null where nothing is
 */
export function holdsIfMatch(header: string, etag: string | null): boolean {
  if (etag === null) return false;
  if (header.trim() === "*") return true;
  return [...header.matchAll(/(?:^|,)[ \t]*("[^"]*")[ \t]*(?=,|$)/g)].some(([, tag]) => tag === etag);
}
