import { type ErrorCode, PointsmanError } from "../errors.ts";

/**
 * What a failed call means for the thing it asked:
 * - `refused`: a definite no (400, 401, 403, 422 …); asking again will not help
 * - `missing`: a definite 404
 * - `conflict`: a 409, somebody has the name; a 412, the pointer is not as it was expected
 * - `unclear`: it may or may not have happened (lost answer, 5xx, 408, an unreadable body), or may happen later (429)
 */
export type Outcome = "refused" | "missing" | "conflict" | "unclear";

/** The status of a remote that had too many requests: it has done nothing then. */
export const tooMany = 429;

/** A call to a remote that did not give what was asked. `message` is one readable line. */
export class RemoteError extends PointsmanError {
  override readonly name = "RemoteError";
  readonly outcome: Outcome;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** Whether no connection was made, so that the remote never got the request. */
  readonly isUnsent: boolean;

  constructor(
    message: string,
    options: {
      outcome: Outcome;
      code?: ErrorCode;
      status?: number | undefined;
      isUnsent?: boolean;
      hint?: string | undefined;
      cause?: unknown;
    },
  ) {
    super(options.code ?? "remote-refused", message, options);
    this.outcome = options.outcome;
    this.status = options.status;
    this.isUnsent = options.isUnsent === true;
  }
}
