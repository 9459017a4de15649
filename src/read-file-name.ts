import { InvalidArgumentError } from "commander";

/** The file of an option that writes one. @throws InvalidArgumentError for what means stdout elsewhere */
export function readFileName(text: string): string {
  if (text !== "-") return text;
  throw new InvalidArgumentError("It names a file; --format json prints the document to stdout.");
}
