import { PointsmanError } from "../../errors.ts";

const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/**
 * A remote's URL, which may have a path prefix, checked before a token goes anywhere: https, or http to
 * loopback (contract: secrets stay secret).
 * @throws PointsmanError `config-invalid`
 */
export function readBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw invalid("the remote's url is not an http or https URL", "write it as https://registry.example.com");
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid(
      `the remote's url ${url.origin} carries a password`,
      "give the token as the remote's token",
    );
  }
  if (url.search !== "" || url.hash !== "") {
    throw invalid(
      `the remote's url ${url.origin}${url.pathname} carries a query or a fragment`,
      "leave it out",
    );
  }
  if (url.protocol === "http:" && !loopback.test(url.hostname)) {
    throw invalid(
      `the remote's url ${url.origin} is plain http: the token could be read on the way`,
      "use https; plain http is for this machine only (127.0.0.1, localhost)",
    );
  }
  return url;
}

function invalid(message: string, hint: string): PointsmanError {
  return new PointsmanError("config-invalid", message, { hint });
}
