/*
 * The grammar of names, once: `username/pipeline:tag`. It is the intersection of what the v4 API and
 * its official command line accept, with exactly one slash (README, "Names").
 */
const part = "[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?";
const tag = "[0-9A-Za-z][0-9A-Za-z._-]{0,126}[0-9A-Za-z]";
const namePattern = new RegExp(`^${part}/${part}:${tag}$`);
const familyPattern = new RegExp(`^${part}/${part}$`);
const partPattern = new RegExp(`^${part}$`);
const tagPattern = new RegExp(`^${tag}$`);
/** No name needs more, and a longer one is cut in messages. */
const longest = 512;

/** Whether `text` is a pointer's name by the grammar. Reserved tags pass: see `isReserved`. */
export function isPointerName(text: string): boolean {
  return text.length <= longest && namePattern.test(text);
}

/** Whether `text` is `username/pipeline`. */
export function isFamilyName(text: string): boolean {
  return text.length <= longest && familyPattern.test(text);
}

/** Whether `text` is a username. */
export function isUsername(text: string): boolean {
  return partPattern.test(text);
}

/** Whether `text` is a tag. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Whether a name has a tag `v[0-9]+`, which only the registry makes. */
export function isReserved(pointer: string): boolean {
  return versionAt(pointer) !== -1;
}

/** Whether a name is a version pointer, `username/pipeline:vN` with N = 1, 2, … */
export function isVersionPointer(pointer: string): boolean {
  const at = versionAt(pointer);
  return at !== -1 && pointer[at] !== "0" && isPointerName(pointer);
}

/** Where the number of a tag `v[0-9]+` begins, or -1: looked for from the end, as it is asked of every name. */
function versionAt(pointer: string): number {
  let at = pointer.length;
  while (isDigit(pointer.charCodeAt(at - 1))) at -= 1;
  return at < pointer.length && pointer.startsWith(":v", at - 2) && at >= 2 ? at : -1;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** The `username/pipeline` of a pointer: all before the last colon, for names of any grammar. */
export function familyOf(pointer: string): string {
  const colon = pointer.lastIndexOf(":");
  return colon === -1 ? pointer : pointer.slice(0, colon);
}

/** The tag of a pointer: all after the last colon. */
export function tagOf(pointer: string): string {
  return pointer.slice(familyOf(pointer).length + 1);
}
