import { PointsmanError } from "../../errors.ts";
import { explainBaseUrl } from "../../wire/base-url.ts";

/**
 * A remote's URL, which may have a path prefix, checked once more before a token goes anywhere (contract:
 * secrets stay secret).
 * @throws PointsmanError `config-invalid`
 */
export function readBaseUrl(text: string): URL {
  const wrong = explainBaseUrl(text);
  if (wrong !== null) throw new PointsmanError("config-invalid", wrong);
  return new URL(text);
}
