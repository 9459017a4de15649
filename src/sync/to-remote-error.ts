import { RemoteError } from "../remotes/remote-error.ts";

/** What a remote threw: anything but a `RemoteError` leaves open whether the call took effect. */
export function toRemoteError(error: unknown): RemoteError {
  if (error instanceof RemoteError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RemoteError(message, { outcome: "unclear", code: "bug", cause: error });
}
