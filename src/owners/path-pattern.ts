/**
 * Whether a path fits a pattern of CODEOWNERS. They are gitignore's, without its negation and character
 * classes: a slash anywhere but at the end ties it to the root, `**` is any folders, `*` and `?` stop at
 * slashes, and what names a folder names all below it. A last `*` alone names the files of its folder, not those
 * deeper. Runs in time of pattern × path: no regular expression is made of either.
 */
export function fitsPath(path: string, pattern: string): boolean {
  const steps = pattern.split("/").filter((step) => step !== "");
  if (steps.length === 0) return pattern.includes("/");
  const isTied = pattern.replace(/\/$/, "").includes("/");
  const names = path.split("/");
  const last = steps.at(-1) ?? "";
  const isFolder = pattern.endsWith("/");
  const isDeep = isFolder || last !== "*";
  // Which numbers of the path's names the steps so far can take.
  let taken = new Set([0]);
  for (const step of isTied ? steps : ["**", ...steps]) {
    const next = new Set<number>();
    for (const count of taken) {
      if (step === "**") for (let at = count; at <= names.length; at += 1) next.add(at);
      else if (count < names.length && fitsName(names[count] ?? "", step)) next.add(count + 1);
    }
    taken = next;
  }
  if (last === "**") return [...taken].some((count) => count > 0);
  if (!isFolder && taken.has(names.length)) return true;
  return isDeep && [...taken].some((count) => count > 0 && count < names.length);
}

/** `*` is any run of characters, `?` any one. */
function fitsName(name: string, pattern: string): boolean {
  let [at, inPattern, star, starAt] = [0, 0, -1, 0];
  while (at < name.length) {
    const character = pattern[inPattern];
    if (character === "*") {
      star = inPattern++;
      starAt = at;
    } else if (character === "?" || character === name[at]) {
      inPattern++;
      at++;
    } else if (star !== -1) {
      inPattern = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern === pattern.length;
}
