import { isPointerName } from "../pointer/name.ts";
import { pathsOf } from "../pointer/pointer-path.ts";

/** The paths a pointer may have been declared at, in either layout. */
export function placesOf(pointer: string): string[] {
  const { byPipeline, byTag } = pathsOf(pointer);
  return [byPipeline, byTag];
}

/**
 * The paths under which a pointer and all others of its pipeline may have been declared. Its pipeline's
 * whole folder: a chain goes through other tags, and each would be asked for in another walk of history.
 */
export function familyPaths(pointer: string): string[] {
  if (!isPointerName(pointer)) return placesOf(pointer);
  const { byPipeline } = pathsOf(pointer);
  return [byPipeline, byPipeline.slice(0, -".yaml".length)];
}
