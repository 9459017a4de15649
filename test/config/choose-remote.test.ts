import { describe, expect, test } from "vitest";
import { chooseRemote } from "../../src/config/choose-remote.ts";
import { type Config, defaultConfig } from "../../src/config/config.ts";
import { PointsmanError } from "../../src/errors.ts";
import type { Environment } from "../../src/model/environment.ts";

const config: Config = {
  ...defaultConfig,
  remotes: new Map([
    ["production", { url: "https://production.example", tokenVariable: "POINTSMAN_TOKEN_PRODUCTION" }],
    ["staging", { url: "https://staging.example", tokenVariable: "POINTSMAN_TOKEN" }],
    ["open", { url: "http://127.0.0.1:8787", tokenVariable: undefined }],
  ]),
};
const withDefault: Config = { ...config, defaultRemote: "production" };
const inEnvironment: Environment = { POINTSMAN_URL: "https://ci.example", POINTSMAN_TOKEN: "ci-token" };
const all: Environment = { ...inEnvironment, POINTSMAN_TOKEN_PRODUCTION: "production-token" };

interface Asked {
  readonly named?: string;
  readonly config?: Config;
  readonly environment?: Environment;
  readonly hasEmbedded?: boolean;
}

/** What is chosen, in short: `name url token`. */
function chosen({ named, config: its = config, environment = {}, hasEmbedded = false }: Asked): string {
  const choice = chooseRemote(its, environment, { named, hasEmbedded });
  return choice.kind === "embedded" ? "embedded" : `${choice.name} ${choice.url} ${choice.token}`;
}

describe("the first that matches is chosen", () => {
  const production = "production https://production.example production-token";
  test.each<[string, Asked, string]>([
    [
      "--remote, whatever else there is",
      { named: "staging", config: withDefault, environment: all, hasEmbedded: true },
      "staging https://staging.example ci-token",
    ],
    [
      "--remote embedded, also where there is none yet",
      { named: "embedded", config: withDefault, environment: all },
      "embedded",
    ],
    [
      "the environment, before default_remote",
      { config: withDefault, environment: all, hasEmbedded: true },
      "POINTSMAN_URL https://ci.example ci-token",
    ],
    [
      "default_remote, before the embedded registry",
      {
        config: withDefault,
        environment: { POINTSMAN_TOKEN_PRODUCTION: "production-token" },
        hasEmbedded: true,
      },
      production,
    ],
    ["default_remote may be embedded", { config: { ...config, defaultRemote: "embedded" } }, "embedded"],
    ["the embedded registry, where there is one", { hasEmbedded: true }, "embedded"],
    [
      "a remote that needs no token gets none",
      { named: "open", environment: all },
      "open http://127.0.0.1:8787 undefined",
    ],
  ])("%s", (_, asked, expected) => {
    expect(chosen(asked)).toBe(expected);
  });
});

function refusal(asked: Asked): PointsmanError {
  try {
    chosen(asked);
  } catch (error) {
    if (error instanceof PointsmanError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("otherwise nothing is, and the message says how to go on", () => {
  test.each<[string, Asked, string, RegExp]>([
    ["no remote is named anywhere", {}, "no-remote", /No remote is named/],
    ["--remote names none", { named: "prodction" }, "no-remote", /has no remote "prodction"/],
    [
      "a URL without its token",
      { environment: { POINTSMAN_URL: "https://ci.example" } },
      "environment-invalid",
      /POINTSMAN_URL is set, but POINTSMAN_TOKEN is not/,
    ],
    [
      "a URL that is set but empty: not a choice, but a variable that did not arrive",
      { config: withDefault, environment: { ...all, POINTSMAN_URL: "" }, hasEmbedded: true },
      "environment-invalid",
      /POINTSMAN_URL is set, but empty/,
    ],
    [
      "a token that is set but empty",
      { environment: { ...inEnvironment, POINTSMAN_TOKEN: "" } },
      "environment-invalid",
      /POINTSMAN_TOKEN is set, but empty/,
    ],
    [
      "a remote's token that is set but blank",
      { named: "production", environment: { POINTSMAN_TOKEN_PRODUCTION: " \n" } },
      "environment-invalid",
      /POINTSMAN_TOKEN_PRODUCTION is set, but empty/,
    ],
    [
      "a token with a line break",
      { environment: { ...inEnvironment, POINTSMAN_TOKEN: "ci-token\nx" } },
      "environment-invalid",
      /POINTSMAN_TOKEN has a space, a line break/,
    ],
    [
      "a token as it is in a file",
      { environment: { ...inEnvironment, POINTSMAN_TOKEN: "ci-token\r\n" } },
      "environment-invalid",
      /POINTSMAN_TOKEN ends with a line break/,
    ],
    [
      "a URL without its scheme",
      { environment: { ...inEnvironment, POINTSMAN_URL: "localhost:24787" } },
      "environment-invalid",
      /POINTSMAN_URL cannot be used.*; did you mean http:\/\/localhost:24787\?$/,
    ],
    [
      "a URL over plain HTTP",
      { environment: { ...inEnvironment, POINTSMAN_URL: "http://ci.example" } },
      "environment-invalid",
      /plain HTTP/,
    ],
  ])("%s", (_, asked, code, message) => {
    const error = refusal(asked);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(`${error.message}${error.hint}`).not.toContain("ci-token");
  });

  test("where pointsman.yaml names no remote, or is not there, that is said", () => {
    const error = refusal({ named: "prod", config: { ...withDefault, remotes: new Map() } });
    expect(error.message).toBe('No pointsman.yaml here names a remote "prod", or any.');
    expect(error.hint).toMatch(/below remotes in pointsman\.yaml; -C DIR/);
    expect(error.hint).not.toContain("embedded");
    const withOwn = refusal({ named: "prod", config: { ...config, remotes: new Map() }, hasEmbedded: true });
    expect(withOwn.hint).toBe(
      `${error.hint?.slice(0, -1)}; --remote embedded is the registry in .pointsman/.`,
    );
  });

  test("the token that is missing is not needed for the registry of one's own, where there is one", () => {
    const hintOf = (hasEmbedded: boolean) =>
      refusal({ config: withDefault, environment: {}, hasEmbedded }).hint;
    expect(hintOf(true)).toBe(`${hintOf(false)}; or --remote embedded, the registry in .pointsman/`);
  });

  test("a misspelt name is guessed", () => {
    expect(refusal({ named: "prodction" }).hint).toBe("Did you mean production?");
    expect(refusal({ named: "embeded" }).hint).toBe("Did you mean embedded?");
    const alone = refusal({ named: "embeded", config: defaultConfig, hasEmbedded: true });
    expect([alone.message, alone.hint]).toEqual(['There is no remote "embeded".', "Did you mean embedded?"]);
    expect(refusal({ named: "elsewhere" }).hint).toBe("It has: production, staging, open, embedded.");
  });
});

describe("a token goes only to the URL of its own source", () => {
  test("a remote without its own token is refused, though another's is there", () => {
    const error = refusal({ named: "production", environment: inEnvironment });
    expect(error.code).toBe("environment-invalid");
    expect(error.message).toContain("POINTSMAN_TOKEN_PRODUCTION, which is not set");
  });

  test("POINTSMAN_URL takes no remote's token", () => {
    const environment = {
      POINTSMAN_URL: "https://ci.example",
      POINTSMAN_TOKEN_PRODUCTION: "production-token",
    };
    expect(refusal({ config: withDefault, environment }).code).toBe("environment-invalid");
  });

  test("POINTSMAN_TOKEN alone chooses nothing", () => {
    expect(refusal({ environment: { POINTSMAN_TOKEN: "ci-token" } }).code).toBe("no-remote");
  });
});
