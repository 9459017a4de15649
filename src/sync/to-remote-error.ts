import { RemoteError } from "../remotes/remote-error.ts";

/** What is wrong and what to do, in one sentence. */
export function withHint({ message, hint }: RemoteError): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}

/** What a remote threw: anything but a `RemoteError` leaves open whether the call took effect. */
export function toRemoteError(error: unknown): RemoteError {
  if (error instanceof RemoteError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RemoteError(message, { outcome: "unclear", code: "bug", cause: error });
}
