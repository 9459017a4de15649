import { RemoteError } from "../remotes/remote-error.ts";
import type { Forge, Note } from "./forge.ts";
import { type Mark, isNewer, isSameNote, readMark, writeMark } from "./mark.ts";

/** What became of a note: `stale` where a newer run has the word, `none` where there was nothing to say. */
export type NoteOutcome = "written" | "unchanged" | "stale" | "none";

/** How often another run may have written at the same time. */
const mostTurns = 4;

/**
 * Keeps one note below a request: written once, then edited in place. Which one is ours is told by its
 * mark and by its author together: anybody can write the mark. A run for a commit that is no longer the
 * request's newest, or older than the run that wrote last, leaves the note alone.
 * @param content.isWorth whether it is written where there is none yet
 * @throws RemoteError
 */
export async function keepNote(
  forge: Forge,
  request: number,
  content: { readonly mark: Mark; readonly body: string; readonly isWorth: boolean },
): Promise<NoteOutcome> {
  const { mark } = content;
  const body = `${writeMark(mark)}\n${content.body}`;
  const me = await forge.me();
  let outcome: NoteOutcome = "unchanged";
  for (let turn = 1; turn <= mostTurns; turn += 1) {
    const ours = ownNotes(await forge.notes(request), me, mark);
    const [first, ...others] = ours;
    if (ours.some((note) => isNewer(note.mark, mark))) {
      // Both found none, and this run's came second. The first is never removed: it is the one that is edited.
      for (const { id, body: text } of others)
        if (text === body) await unlessGone(forge.removeNote(request, id));
      return "stale";
    }
    // Last of all: between this question and the write is the one moment in which a commit is overlooked.
    if ((await forge.headOf(request)) !== mark.head) {
      // It was just overlooked: what was written may stand where a newer run's words stood.
      if (outcome === "written" && first?.body === body)
        await unlessGone(forge.editNote(request, first.id, `${writeMark(mark)}\n${overtaken}`));
      return "stale";
    }
    if (first === undefined && !content.isWorth) return "none";
    // Two runs that both found none have written two.
    for (const { id } of others) await unlessGone(forge.removeNote(request, id));
    if (first?.body === body) return outcome;
    if (first === undefined) await forge.addNote(request, body);
    else await unlessGone(forge.editNote(request, first.id, body));
    outcome = "written";
  }
  return outcome;
}

/** Another run may have removed it in the meantime: the next turn sees that. */
async function unlessGone(call: Promise<void>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof RemoteError) || error.outcome !== "missing") throw error;
  });
}

/** Better than the words about a commit that is not what will be merged. */
const overtaken = "### A newer commit was pushed meanwhile\n\nThe summary of its own run says what moves.\n";

/** Those of one purpose, folder and remote, oldest first. */
export function ownNotes(notes: readonly Note[], me: string, mark: Mark): (Note & { readonly mark: Mark })[] {
  return notes
    .flatMap((note) => {
      const read = note.author === me ? readMark(note.body) : null;
      return read === null || !isSameNote(read, mark) ? [] : [{ ...note, mark: read }];
    })
    .toSorted((a, b) => a.id - b.id);
}
