/** Characters of a comment at most: GitHub takes 65,536, of which a mark and a few lines are kept free. */
const longest = 64_000;

/**
 * Documents put together as one comment. Of one for which there is no room any more its title is left, and
 * where to read it.
 * @param last the line below them
 * @param where that is, as the end of a sentence
 */
export function fitted(documents: readonly string[], last: string, where: string): string {
  let room = longest - last.length;
  const parts = documents.map((document) => {
    room -= document.length + 1;
    if (room >= 0) return document;
    room += document.length;
    const [title = ""] = document.split("\n", 1);
    return `${title.slice(0, 500)}\n\nToo long for a comment: it is ${where}.\n`;
  });
  return `${parts.join("\n")}\n${last}\n`;
}
