import type { DeclaredValue, Difference } from "../model/difference.ts";

/**
 * What merged together moves and no request showed alone: one moves `:stable`, another chains `:prod` onto
 * it, and neither showed where `:prod` ends up then.
 * @param merged what the merge moves
 * @param shown what each request showed
 */
export function notShown(
  merged: readonly Difference[],
  shown: readonly (readonly Difference[])[],
): Difference[] {
  const seen = new Set(shown.flat().map(({ pointer, after }) => keyOf(pointer, after)));
  return merged.filter(
    ({ pointer, before, after }) =>
      keyOf(pointer, before) !== keyOf(pointer, after) && !seen.has(keyOf(pointer, after)),
  );
}

/** What callers meet: descriptions move nothing. */
function keyOf(pointer: string, value: DeclaredValue | null): string {
  return JSON.stringify([pointer, value === null ? null : [value.pipeline, value.locked]]);
}
