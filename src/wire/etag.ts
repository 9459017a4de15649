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
function holdsIfMatch(header: string, etag: string | null): boolean {
  if (etag === null) return false;
  if (header.trim() === "*") return true;
  return [...header.matchAll(/(?:^|,)[ \t]*("[^"]*")[ \t]*(?=,|$)/g)].some(([, tag]) => tag === etag);
}

/** Says of what a pointer is now, by its ETag, whether a request may go on; null where there is no pointer. */
export type Condition = (etag: string | null) => boolean;

/**
 * What the conditions of a request say of a pointer, by its etag; undefined where it has none.
 * @param headers as they were sent (RFC 9110, 13.2.2: where there are both, both are to hold)
 */
export function conditionOf(headers: {
  readonly "if-match"?: string | undefined;
  readonly "if-none-match"?: string | undefined;
}): Condition | undefined {
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (match === undefined && noneMatch === undefined) return undefined;
  return (etag) =>
    (match === undefined || holdsIfMatch(match, etag)) &&
    (noneMatch === undefined || !holdsIfMatch(withoutWeakness(noneMatch), etag));
}

/** There a weak tag does (RFC 9110, 13.1.2). */
function withoutWeakness(tags: string): string {
  return tags.replaceAll("W/", "");
}
