import { isRecord } from "./wire-error.ts";

/** The header that carries a request's id, in answers and in reports to the operator. */
export const correlationHeader = "x-correlation-id";

/**
 * The readable part of an error's body, in any of FastAPI's shapes: `{"detail": "text"}`,
 * `{"detail": {"message": "text"}}` and `{"detail": [{"loc": ["body", "pointer"], "msg": "text"}]}`. The second
 * may name a run.
 * Undefined where there is none: the body is then somebody else's (a proxy's page).
 */
export function readErrorDetail(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined;
  const { detail } = body;
  if (typeof detail === "string") return detail;
  if (isRecord(detail) && typeof detail["message"] === "string") {
    const { message, run_id: run } = detail;
    return typeof run === "string" ? `${message}; the run is ${run}` : message;
  }
  if (!Array.isArray(detail)) return undefined;
  const lines = detail.filter(isRecord).map(({ loc, msg }) => {
    const place = Array.isArray(loc) ? loc.filter((part) => part !== "body").join(".") : "";
    return place === "" ? String(msg) : `${place}: ${String(msg)}`;
  });
  return lines.length === 0 ? undefined : lines.join("; ");
}
