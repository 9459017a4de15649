import type { Remote } from "../model/remote.ts";
import { shortId } from "../render/style.ts";
import type { Deps } from "./command.ts";

/** Says which remote is talked to, before anything else is said of it. */
export function announceRemote({ name, url }: Pick<Remote, "name" | "url">, deps: Deps): void {
  deps.note(
    name === "embedded" ? "Remote: embedded, the registry in .pointsman/" : `Remote: ${name} (${url})`,
  );
}

/** Says that the remote asked to be left alone for a while. */
export function pauseNote(deps: Deps): (milliseconds: number) => void {
  return (milliseconds) => deps.note(`The remote asks to wait ${Math.ceil(milliseconds / 1000)} s.`);
}

/** Says of an answer about the past that it is about the files. */
export function noteDeclaredAt(commit: string, deps: Deps): void {
  deps.note(
    `Declared at commit ${shortId(commit)}. What ran then a registry says: \`pointsman resolve NAME --at DATE --remote R\`.`,
  );
}
