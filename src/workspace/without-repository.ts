import { PointsmanError } from "../errors.ts";

/**
 * For what needs a pointer repository only to know the remote: the error that there is none says how a remote
 * is named without one. Any other error is given back as it is.
 */
export function withoutRepository(error: unknown): unknown {
  if (!(error instanceof PointsmanError) || error.code !== "no-repository") return error;
  return new PointsmanError("no-repository", error.message, {
    hint: "POINTSMAN_URL and POINTSMAN_TOKEN name a registry from anywhere; -C DIR names your pointer repository.",
    cause: error,
  });
}
