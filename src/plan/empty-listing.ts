/** What is said of a remote that lists nothing, without the full stop: it may be another one than was meant. */
export function emptyListing({ name, hasToken }: { name: string; hasToken?: boolean }): string {
  const doubt =
    hasToken === true ? "check its URL and what its token may see" : "check that it is the right registry";
  return `The listing of ${name} is empty. If it should not be, ${doubt}`;
}
