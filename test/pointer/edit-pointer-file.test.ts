import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PointsmanError } from "../../src/errors.ts";
import type { PointerEdit } from "../../src/model/pointer-edit.ts";
import { addPointers, removePointer, setPointer } from "../../src/pointer/edit-pointer-file.ts";
import { parsePointerFile } from "../../src/pointer/parse-pointer-file.ts";
import { type SampleFile, commentsIn, sampleFile } from "./pointer-file.arbitrary.ts";

const file = "pointers/myuser/gptneo.yaml";

test("of a file that fmt would refuse too, the hint is to mend it", () => {
  const text = "<<<<<<< HEAD\npointers:\n  a/b:cc: c_1\n=======\npointers:\n  a/b:cc: c_2\n>>>>>>> topic\n";
  const hintOf = (file: string, edited: string): string | undefined => {
    try {
      setPointer(file, edited, "a/b:cc", { target: "c_3" });
    } catch (error) {
      return (error as PointsmanError).hint;
    }
    return undefined;
  };
  expect(hintOf(file, text)).toMatch(/^Mend the file by hand first: `pointsman validate`/);
  expect(hintOf(file, "pointers:\n  a/b:cc: { target: c_1 }\n")).toMatch(/`pointsman fmt`/);
});

/** What a text declares, without positions. */
function declared(
  text: string,
): { pointer: string; target: string; locked: boolean; description?: string }[] {
  const { declarations, problems } = parsePointerFile(file, text);
  expect(problems).toEqual([]);
  return declarations.map(({ pointer, target, locked, description }) =>
    description === undefined ? { pointer, target, locked } : { pointer, target, locked, description },
  );
}

/** The text before and after one entry, comments right above it not counted as its own. */
function around(sample: SampleFile, index: number): { before: string; after: string } {
  const { head, entries, foot } = sample;
  const text = (some: SampleFile["entries"]): string => some.map(({ above, own }) => above + own).join("");
  const its = entries[index]!;
  const after = text(entries.slice(index + 1)) + foot;
  const ownComments = /^(?: *#[^\n]*\n)*/.exec(its.own)?.[0] ?? "";
  return {
    before: head + text(entries.slice(0, index)) + its.above + ownComments,
    after: sample.text.endsWith("\n") ? after : after.trimEnd(),
  };
}

const sampleAndIndex = sampleFile.chain((sample) =>
  fc.tuple(fc.constant(sample), fc.nat({ max: sample.entries.length - 1 })),
);
const isPlain = (target: string): boolean => /^pipeline_|\//.test(target);
const newTarget = fc.constantFrom("pipeline_new", "myuser/gptneo:v9", "2026-11-01", "true", "12345678");
const lock = fc.constantFrom(true, false, null);
const description = fc.constantFrom("Why.", "a: b # c", "two\nlines", "true", " ", null);
const edit: fc.Arbitrary<PointerEdit> = fc.oneof(
  newTarget.map((target) => ({ target })),
  lock.map((locked) => ({ locked })),
  description.map((description) => ({ description })),
  fc.record({ target: newTarget, locked: lock, description }),
);

/** What a declaration says once it is edited. */
function after(
  one: ReturnType<typeof declared>[number],
  change: PointerEdit,
): ReturnType<typeof declared>[number] {
  const { description, ...rest } = { ...one, ...change };
  const locked = change.locked === undefined ? one.locked : change.locked === true;
  return { ...rest, locked, ...(description == null ? {} : { description }) };
}

describe("setPointer, on any file that people write", () => {
  test("changes that pointer's entry, and not a byte around it", () => {
    fc.assert(
      fc.property(sampleAndIndex, edit, ([sample, index], change) => {
        const { pointer } = sample.entries[index]!;
        const edited = setPointer(file, sample.text, pointer, change);
        const rest = around(sample, index);
        expect(edited.startsWith(rest.before)).toBe(true);
        expect(edited.endsWith(rest.after)).toBe(true);
        expect(commentsIn(edited)).toEqual(commentsIn(sample.text));
        expect(declared(edited)).toEqual(
          declared(sample.text).map((one) => (one.pointer === pointer ? after(one, change) : one)),
        );
        if (sample.newline === "\n") expect(edited).not.toContain("\r");
        else expect(edited.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 400 },
    );
  });

  test("and back again gives the same declarations; of a target alone, the same bytes", () => {
    fc.assert(
      fc.property(sampleAndIndex, edit, ([sample, index], change) => {
        const { pointer, target, locked, description = null } = sample.entries[index]!;
        const edited = setPointer(file, sample.text, pointer, change);
        const back = setPointer(file, edited, pointer, { target, locked, description });
        expect(declared(back)).toEqual(declared(sample.text));
        expect(commentsIn(back)).toEqual(commentsIn(sample.text));
        // What needs quotes for a while keeps them.
        if ("locked" in change || change.target === undefined || !isPlain(change.target)) return;
        expect(setPointer(file, edited, pointer, { target })).toBe(sample.text);
      }),
      { numRuns: 200 },
    );
  });

  test("adds a pointer behind the others; taking it out again gives the file as it was", () => {
    fc.assert(
      fc.property(sampleFile, edit, (sample, change) => {
        const pointer = "myuser/gptneo:added";
        const wanted = { target: "pipeline_new", ...change };
        const edited = setPointer(file, sample.text, pointer, wanted);
        const added = after({ pointer, target: "", locked: false }, wanted);
        expect(declared(edited)).toEqual([...declared(sample.text), added]);
        const back = removePointer(file, edited, pointer) ?? "";
        expect(back.trimEnd()).toBe(sample.text.trimEnd());
      }),
      { numRuns: 200 },
    );
  });

  test("locking or describing a short form, and taking that back by its keys, gives the same bytes", () => {
    fc.assert(
      fc.property(sampleAndIndex, edit, ([sample, index], { locked = null, description = null }) => {
        const { pointer, own } = sample.entries[index]!;
        if (!own.includes(`:`) || own.includes("target:") || !sample.text.endsWith("\n")) return;
        const edited = setPointer(file, sample.text, pointer, { locked, description });
        expect(setPointer(file, edited, pointer, { locked: null, description: null })).toBe(sample.text);
      }),
      { numRuns: 200 },
    );
  });

  test("has nothing to do where the file says so already", () => {
    fc.assert(
      fc.property(sampleAndIndex, ([sample, index]) => {
        const { pointer, target } = sample.entries[index]!;
        expect(setPointer(file, sample.text, pointer, { target })).toBe(sample.text);
      }),
    );
  });
});

describe("removePointer, on any file that people write", () => {
  test("takes the entry out with its comments; every other line stays, but for a blank one", () => {
    fc.assert(
      fc.property(sampleAndIndex, ([sample, index]) => {
        const { pointer } = sample.entries[index]!;
        const edited = removePointer(file, sample.text, pointer);
        if (sample.entries.length === 1) {
          expect(edited).toBeNull();
          return;
        }
        expect(declared(edited!)).toEqual(declared(sample.text).filter((one) => one.pointer !== pointer));
        const others = sample.entries.filter((_, at) => at !== index);
        const lines = [sample.head, ...others.map(({ own }) => own), sample.foot].join("").split(/\r?\n/);
        for (const line of lines) if (line.trim() !== "") expect(edited).toContain(line);
      }),
      { numRuns: 200 },
    );
  });
});

describe("setPointer", () => {
  test("makes the file where there is none", () => {
    expect(setPointer(file, null, "myuser/gptneo:latest", { target: "myuser/gptneo:v1" })).toBe(
      "pointers:\n  myuser/gptneo:latest: myuser/gptneo:v1\n",
    );
    expect(setPointer(file, null, "myuser/gptneo:latest", { target: "pipeline_a", locked: true })).toBe(
      "pointers:\n  myuser/gptneo:latest:\n    target: pipeline_a\n    locked: true\n",
    );
  });

  test("makes a long form of a short one to lock it, its comment kept", () => {
    const text =
      "pointers:\n  myuser/gptneo:latest: 'myuser/gptneo:v1' # why\n\n  myuser/gptneo:prod: pipeline_a";
    expect(setPointer(file, text, "myuser/gptneo:latest", { locked: true })).toBe(
      "pointers:\n  myuser/gptneo:latest: # why\n    target: 'myuser/gptneo:v1'\n    locked: true\n\n  myuser/gptneo:prod: pipeline_a",
    );
    expect(setPointer(file, text, "myuser/gptneo:prod", { locked: true })).toBe(
      "pointers:\n  myuser/gptneo:latest: 'myuser/gptneo:v1' # why\n\n  myuser/gptneo:prod:\n    target: pipeline_a\n    locked: true\n",
    );
  });

  test("writes a target that is a number or a date to YAML in quotes", () => {
    expect(setPointer(file, null, "myuser/gptneo:latest", { target: "12345678" })).toContain('"12345678"');
    expect(setPointer(file, null, "myuser/gptneo:latest", { target: "2026-11-01" })).toContain(
      '"2026-11-01"',
    );
  });

  test("keeps the comment of a line that goes, and the long form that it then needs", () => {
    const text =
      "pointers:\n  a/b:cc: # why\n    target: pipeline_a\n    locked: true # audit\n    description: |\n      Frozen.\n      Twice.\n\n  a/b:dd: x_y\n";
    expect(setPointer(file, text, "a/b:cc", { locked: null, description: null })).toBe(
      "pointers:\n  a/b:cc: # why\n    target: pipeline_a\n    # audit\n\n  a/b:dd: x_y\n",
    );
    expect(setPointer(file, text, "a/b:cc", { description: "Thawed: soon" })).toBe(
      text.replace(/\|\n.*\n.*Twice\./, '"Thawed: soon"'),
    );
    const inside = text.replace("|\n", "| # because\n");
    expect(() => setPointer(file, inside, "a/b:cc", { description: null })).toThrow(
      /a comment stands inside/,
    );
  });

  test("adds many at once, a blank line between them", () => {
    const two = new Map([
      ["a/b:cc", { target: "a/b:v1" }],
      ["a/b:dd", { target: "a/b:v1", locked: true, description: "Why." }],
    ]);
    const entries =
      "  a/b:cc: a/b:v1\n\n  a/b:dd:\n    target: a/b:v1\n    locked: true\n    description: Why.\n";
    expect(addPointers(file, null, two)).toBe(`pointers:\n${entries}`);
    expect(addPointers(file, "pointers:\n  a/b:ee: x_y\n# end\n", two)).toBe(
      `pointers:\n  a/b:ee: x_y\n\n${entries}# end\n`,
    );
  });

  test.each(["pointers: {}\n", "pointers: {}", "# why\npointers: {} # none yet\n# end\n"])(
    "fills an empty file: %j",
    (text) => {
      const edited = setPointer(file, text, "myuser/gptneo:latest", { target: "myuser/gptneo:v1" });
      expect(declared(edited)).toEqual([
        { pointer: "myuser/gptneo:latest", target: "myuser/gptneo:v1", locked: false },
      ]);
      for (const comment of commentsIn(text)) expect(edited).toContain(comment);
    },
  );

  test.each([
    ["is written in braces", "pointers: {myuser/gptneo:prod: pipeline_b}\n"],
    ["has an entry in braces", "pointers:\n  myuser/gptneo:latest: {target: pipeline_a, locked: true}\n"],
    ["has a target over several lines", "pointers:\n  myuser/gptneo:latest: >-\n    pipeline_a\n"],
    ["has an alias", "pointers:\n  myuser/gptneo:latest: &a pipeline_a\n  myuser/gptneo:prod: *a\n"],
    ["is no YAML", "pointers:\n\tmyuser/gptneo:latest: pipeline_a\n"],
    ["is two documents", "pointers:\n  myuser/gptneo:latest: pipeline_a\n---\npointers: {}\n"],
  ])("refuses, and says how to go on, where the file %s", (_, text) => {
    const change = (): string =>
      setPointer(file, text, "myuser/gptneo:latest", { target: "b", locked: false });
    expect(change).toThrow(PointsmanError);
    expect(change).toThrow(/cannot be edited/);
  });
});
