import type { Forge } from "./forge.ts";
import { type Mark, isNewer, writeMark } from "./mark.ts";
import { ownNotes } from "./sticky-note.ts";

export type IssueOutcome = "opened" | "updated" | "closed" | "stale" | "none";

/**
 * Keeps one issue open while there is something to say, and closes it when there is not.
 * @param content.isOpen whether there is
 * @throws RemoteError
 */
export async function keepIssue(
  forge: Forge,
  content: { readonly mark: Mark; readonly title: string; readonly body: string; readonly isOpen: boolean },
): Promise<IssueOutcome> {
  const { mark, title, isOpen } = content;
  const body = `${writeMark(mark)}\n${content.body}`;
  const me = await forge.me();
  const ours = ownNotes(await forge.issuesOf(me), me, mark);
  if (ours.some((issue) => isNewer(issue.mark, mark))) return "stale";
  const [first, ...others] = ours;
  for (const { id, body: old } of others) await forge.editIssue(id, old, false);
  if (first === undefined) {
    if (!isOpen) return "none";
    await forge.addIssue(title, body);
    return "opened";
  }
  await forge.editIssue(first.id, body, isOpen);
  return isOpen ? "updated" : "closed";
}
