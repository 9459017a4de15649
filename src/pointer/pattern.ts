/**
 * Whether a name fits a pattern in which `*` stands for any run of characters but a slash.
 * Runs in time of pattern × name: patterns come from pull requests, and no regular expression is
 * made of them.
 */
export function fitsPattern(name: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    if (pattern[inPattern] === "*") {
      star = inPattern++;
      starAt = at;
    } else if (pattern[inPattern] === name[at]) {
      inPattern++;
      at++;
    } else if (star !== -1 && name[starAt] !== "/") {
      // Let the last star take one character more. It never takes a slash, so no star before it
      // could do better on this side of that slash.
      inPattern = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern === pattern.length;
}

/** The same of a pattern that a person writes: without a tag it fits all pointers of a pipeline. */
export function fitsAsked(name: string, pattern: string): boolean {
  return fitsPattern(name, pattern) || fitsPattern(name, `${pattern}:*`);
}
