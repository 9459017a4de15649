import { printable } from "./printable.ts";

/**
 * A command as hints suggest it.
 * @param remote the one that the command line named: without it the command would be about another
 */
export function suggested(command: string, remote: string | undefined): string {
  return `\`pointsman ${command}${remote === undefined ? "" : ` --remote ${printable(remote)}`}\``;
}
