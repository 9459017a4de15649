import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Forge, Note } from "../../src/ci/forge.ts";
import { type Mark, readMark, writeMark } from "../../src/ci/mark.ts";
import { RemoteError } from "../../src/remotes/remote-error.ts";
import { keepNote } from "../../src/ci/sticky-note.ts";

/** A forge in memory, with one request. Before each call something else may happen. */
function forgeWith(
  notes: Note[],
  head: string,
  between: (call: string) => Promise<void> | void = () => undefined,
) {
  const state = { notes, head };
  const on = async <T>(call: string, answer: () => T): Promise<T> => {
    await between(call);
    return answer();
  };
  const mustBeThere = (id: number): void => {
    if (!state.notes.some((note) => note.id === id))
      throw new RemoteError("gone", { outcome: "missing", status: 404 });
  };
  const forge: Forge = {
    me: () => on("me", () => "bot"),
    headOf: () => on("headOf", () => state.head),
    notes: () => on("notes", () => [...state.notes]),
    addNote: (_request, body) =>
      on("addNote", () => {
        const id = Math.max(0, ...state.notes.map((note) => note.id)) + 1;
        state.notes.push({ id, author: "bot", body });
      }),
    editNote: (_request, id, body) =>
      on("editNote", () => {
        mustBeThere(id);
        state.notes = state.notes.map((note) => (note.id === id ? { id, author: "bot", body } : note));
      }),
    removeNote: (_request, id) =>
      on("removeNote", () => {
        mustBeThere(id);
        state.notes = state.notes.filter((note) => note.id !== id);
      }),
    issuesOf: () => Promise.resolve([]),
    addIssue: () => Promise.resolve(),
    editIssue: () => Promise.resolve(),
    requestsOf: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
  return { forge, state };
}

const markOf = (head: string, id: number): Mark => ({
  purpose: "review",
  folder: "",
  remote: "",
  head,
  run: { id, attempt: 1 },
});
const contentOf = (head: string, id: number) => ({
  mark: markOf(head, id),
  body: `moves of ${head}`,
  isWorth: true,
});

describe("the note below a request", () => {
  it("is one, however many runs begin at once and however their calls fall together", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, count) => {
        const calls = { scheduled: 0 };
        const { forge, state } = forgeWith([], "new", (call) =>
          scheduler.schedule(Promise.resolve(), `${call} ${(calls.scheduled += 1)}`),
        );
        const runs = Array.from({ length: count }, (_, at) =>
          // Some are for a commit that is the newest no more.
          keepNote(forge, 7, contentOf(at % 2 === 0 && at < count - 1 ? "old" : "new", at + 1)),
        );
        await scheduler.waitFor(Promise.all(runs));
        expect(state.notes).toHaveLength(1);
        expect(state.notes[0]?.body).toContain("moves of new");
      }),
      { numRuns: 200 },
    );
  });

  it("that was written over a newer run's, for a commit pushed in that moment, says so", async () => {
    const world = forgeWith(
      [{ id: 1, author: "bot", body: `${writeMark(markOf("old", 1))}\nmoves of old` }],
      "old",
      async (call) => {
        if (call !== "editNote" || world.state.head !== "old") return;
        // A push, and its whole run, between this run's question and its write.
        world.state.head = "new";
        await keepNote(world.forge, 7, contentOf("new", 3));
      },
    );
    expect(await keepNote(world.forge, 7, { ...contentOf("old", 2), body: "moves of old, again" })).toBe(
      "stale",
    );
    expect(world.state.notes).toHaveLength(1);
    expect(world.state.notes[0]?.body).toContain("A newer commit was pushed meanwhile");
  });

  it("of two that were written at once, the first stays", async () => {
    const two = [2, 1].map((id) => ({
      id,
      author: "bot",
      body: `${writeMark(markOf("new", 1))}\nmoves of new`,
    }));
    const { forge, state } = forgeWith(two, "new");
    await keepNote(forge, 7, contentOf("new", 2));
    expect(state.notes.map(({ id, body }) => [id, readMark(body)?.run.id])).toEqual([[1, 2]]);
  });

  it("of another folder or remote, or of somebody else, is none of ours", async () => {
    const body = `${writeMark(markOf("new", 9))}\nnothing moves`;
    const others = [
      { id: 1, author: "mallory", body },
      { id: 2, author: "bot", body: `${writeMark({ ...markOf("new", 9), folder: "services" })}\nx` },
      { id: 3, author: "bot", body: `> ${body}` },
      { id: 4, author: "bot", body: `${writeMark({ ...markOf("new", 9), remote: "staging" })}\nx` },
    ];
    const { forge, state } = forgeWith([...others], "new");
    expect(await keepNote(forge, 7, contentOf("new", 2))).toBe("written");
    expect(state.notes.slice(0, 4)).toEqual(others);
    expect(state.notes).toHaveLength(5);
  });
});

describe("the mark", () => {
  it("is read as it was written, and never ends before its end", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 30 }), fc.nat(), fc.nat(), (name, id, attempt) => {
        const mark: Mark = {
          purpose: "drift",
          folder: name,
          remote: name,
          head: "abc",
          run: { id, attempt },
        };
        const text = writeMark(mark);
        expect(readMark(`${text}\n### Title`)).toEqual(mark);
        expect(text.indexOf("-->")).toBe(text.length - 3);
        expect(text).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 50 },
    );
  });

  it("is no mark where it does not stand first, or is not whole", () => {
    for (const body of [
      "",
      " <!-- pointsman:review {} -->",
      "<!-- pointsman:review {} -->",
      "<!-- pointsman:review {not json} -->",
      '<!-- pointsman:other {"folder":"","remote":"","head":"a","run":1,"attempt":1} -->',
    ])
      expect(readMark(body)).toBeNull();
  });
});
