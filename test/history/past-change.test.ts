import fc from "fast-check";
import { expect, it } from "vitest";
import { pastChange } from "../../src/history/past-change.ts";
import { pastFile } from "../../src/history/past-files.ts";
import { isPointerName } from "../../src/pointer/name.ts";
import { nearlyCanonical } from "../pointer/nearly-canonical.arbitrary.ts";

const path = "pointers/a/b.yaml";
const bytes = (text: string) => new TextEncoder().encode(text);
const namesIn = (text: string) => pastFile(path, bytes(text)).names();

/** Versions of a file as commits leave it: each made of the one before it by an edit or two. */
const versions = fc
  .tuple(
    nearlyCanonical,
    fc.array(
      fc.record({
        at: fc.nat(),
        length: fc.nat(3),
        put: fc.oneof(
          {
            weight: 3,
            arbitrary: fc.constantFrom(
              "  a/b:aa: pipeline_x1",
              "  a/b:new: a/b:v1\n",
              "  a/b:bb:\n    target: a/b:v2\n    locked: true",
            ),
          },
          fc.constantFrom("", "\n", "    locked: true", "# c", "pointers:", "  c/d:aa: x_y", "\t"),
          nearlyCanonical.map((text) => text.split("\n").slice(1).join("\n")),
        ),
      }),
      { maxLength: 6 },
    ),
  )
  .map(([first, edits]) => {
    const all = [first];
    for (const { at, length, put } of edits) {
      const lines = (all.at(-1) ?? "").split("\n");
      lines.splice(at % lines.length, length, ...put.split("\n"));
      all.push(lines.join("\n"));
    }
    return all;
  });

it("what a commit changed in a file is what both versions say, each parsed whole", () => {
  fc.assert(
    fc.property(versions, fc.array(fc.boolean()), (texts, asked) => {
      let file = pastFile(path, bytes(texts[0] ?? ""));
      for (const [index, text] of texts.slice(1).entries()) {
        const [now, before] = [namesIn(texts[index] ?? ""), namesIn(text)];
        const change = pastChange(path, file, bytes(text));
        const names = new Set([...(now?.keys() ?? []), ...(before?.keys() ?? []), "a/b:never"]);
        // What nobody asks for is not compared: the next step then begins with the whole file.
        if (asked[index] !== false) {
          for (const name of names)
            expect(change.before(name)).toEqual(before === null ? null : before.get(name));
          const differing = [...names].filter((name) => {
            const [a, b] = [now?.get(name), before?.get(name)];
            return a?.target !== b?.target || a?.locked !== b?.locked || a?.description !== b?.description;
          });
          const keys = (now === null) === (before === null) ? [] : keysOf(now === null ? texts[index] : text);
          expect([...new Set(change.touched())].sort()).toEqual([...new Set([...differing, ...keys])].sort());
        }
        const earlier = change.goBack();
        expect(earlier?.names()).toEqual(before);
        if (earlier !== undefined) file = earlier;
      }
    }),
    { numRuns: Number(process.env["LONG_RUNS"] ?? 400) },
  );
});

/** What a file that cannot be read may have declared. */
function keysOf(text = ""): string[] {
  const keys = [...text.matchAll(/(?<=[\s{},'"]|^)(a\/b:[\w.-]+)['"]?:(?=[\s{},]|$)/g)];
  return keys.map(([, key = ""]) => key).filter(isPointerName);
}
