import { familyOf, tagOf } from "./name.ts";
import { nearest } from "./nearest.ts";

/**
 * The pointer a person most likely meant: one of the same pipeline with a tag that is near, else one of
 * the same tag whose pipeline is near, else one that is near in both. A whole name is not compared at
 * once: between names of one long family every tag would look near.
 */
export function nearestPointer(text: string, pointers: Iterable<string>): string | undefined {
  const [family, tag] = [familyOf(text), tagOf(text)];
  const tagsOf = new Map<string, string[]>();
  for (const pointer of pointers) {
    const tags = tagsOf.get(familyOf(pointer));
    if (tags === undefined) tagsOf.set(familyOf(pointer), [tagOf(pointer)]);
    else tags.push(tagOf(pointer));
  }
  const nearTag = nearest(tag, tagsOf.get(family) ?? []);
  if (nearTag !== undefined) return `${family}:${nearTag}`;
  const families = [...tagsOf.keys()];
  const sameTag = nearest(
    family,
    families.filter((candidate) => tagsOf.get(candidate)?.includes(tag)),
  );
  if (sameTag !== undefined) return `${sameTag}:${tag}`;
  const nearFamily = nearest(family, families);
  const itsTag = nearest(tag, tagsOf.get(nearFamily ?? "") ?? []);
  return itsTag === undefined ? undefined : `${nearFamily}:${itsTag}`;
}
