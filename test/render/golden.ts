import { readFile, writeFile } from "node:fs/promises";

/**
 * The text that people read when they review a change of words, from golden/. After such a change:
 * UPDATE_GOLDEN=1 npx vitest run test/render, then read the diff.
 * @param name of the file; without an ending it is text
 * @param text what it becomes then
 */
export async function golden(name: string, text: string): Promise<string> {
  const file = new URL(`golden/${name.includes(".") ? name : `${name}.txt`}`, import.meta.url);
  if (process.env["UPDATE_GOLDEN"] === "1") await writeFile(file, text);
  return readFile(file, "utf8");
}
