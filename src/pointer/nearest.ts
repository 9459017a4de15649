import { distance } from "fastest-levenshtein";

/**
 * The candidate a person most likely meant: at most a third of the letters differ, or two (letters
 * that changed places). Undefined where none is that near. Texts over 200 characters are not compared: no name is that long.
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  if (text.length > 200) return undefined;
  let best: string | undefined;
  let least = Math.max(text.length > 3 ? 2 : 1, Math.floor(text.length / 3));
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) > least) continue;
    const difference = distance(text, candidate);
    if (difference === 0 || difference > least) continue;
    // Of two that are as near the first in the alphabet, so that the order of candidates says nothing.
    if (best === undefined || difference < least || candidate < best) best = candidate;
    least = difference;
  }
  return best;
}
