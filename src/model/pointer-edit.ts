/** What is written of a pointer: sides that are absent stay as they are, null takes the key out. */
export interface PointerEdit {
  readonly target?: string;
  readonly locked?: boolean | null;
  readonly description?: string | null;
}
