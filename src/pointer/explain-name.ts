import { familyOf, isFamilyName, isPointerName, isTag, tagOf } from "./name.ts";
import { printable } from "./printable.ts";

/**
 * Why a text is no pointer's name, as the end of a sentence, with what it may have meant. Only for
 * texts that `isPointerName` refuses.
 */
export function explainName(text: string): string {
  const why = reason(text);
  const repaired = text.trim().toLowerCase();
  const fits = repaired !== text && isPointerName(repaired);
  return fits ? `${why}; did you mean ${repaired}?` : `${why}.`;
}

function reason(text: string): string {
  const bad = /[^0-9A-Za-z._\-/:]/u.exec(text)?.[0];
  if (bad !== undefined) return `it may not contain ${bad === " " ? "a space" : `"${printable(bad)}"`}`;
  if (!text.includes(":")) return 'it has no tag, as in "username/pipeline:tag"';
  if (text.indexOf(":") !== text.lastIndexOf(":")) return "it has more than one colon";
  const family = familyOf(text);
  const slashes = family.split("/").length - 1;
  if (slashes === 0) return 'it has no username, as in "username/pipeline:tag"';
  if (slashes > 1 || tagOf(text).includes("/")) return "it has more than one slash";
  if (/[A-Z]/.test(family)) return "username and pipeline are in lower case";
  if (!isFamilyName(family)) return "username and pipeline begin and end with a letter or a digit";
  const tag = tagOf(text);
  if (tag.length < 2 || tag.length > 128) return `a tag has 2 to 128 characters, not ${tag.length}`;
  if (!isTag(tag)) return "a tag begins and ends with a letter or a digit";
  return "it is longer than any name may be";
}
