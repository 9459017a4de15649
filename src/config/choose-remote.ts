import { PointsmanError } from "../errors.ts";
import type { Environment } from "../model/environment.ts";
import { nearest } from "../pointer/nearest.ts";
import { printable } from "../pointer/printable.ts";
import type { Config } from "./config.ts";
import { explainBaseUrl } from "../wire/base-url.ts";

/** Where pointers live, and what it takes to get there. */
export type RemoteChoice =
  | { readonly kind: "embedded" }
  | {
      readonly kind: "v4";
      readonly name: string;
      readonly url: string;
      readonly token: string | undefined;
      /** The environment variable that the token comes from. */
      readonly tokenVariable: string | undefined;
    };

/**
 * Which remote a command talks to. First match wins: `--remote`, `POINTSMAN_URL` with
 * `POINTSMAN_TOKEN`, `default_remote`, the embedded registry where there is one. A token is only ever
 * paired with the URL of its own source.
 * @throws PointsmanError `no-remote`, `environment-invalid`, `usage`
 */
export function chooseRemote(
  config: Config,
  environment: Environment,
  options: { readonly named: string | undefined; readonly hasEmbedded: boolean },
): RemoteChoice {
  if (options.named !== undefined) return fromConfig(options.named, config, environment, options.hasEmbedded);
  const url = variable("POINTSMAN_URL", environment);
  if (url !== undefined) return fromEnvironment(url, environment);
  if (config.defaultRemote !== undefined)
    return fromConfig(config.defaultRemote, config, environment, options.hasEmbedded);
  if (options.hasEmbedded) return { kind: "embedded" };
  throw new PointsmanError("no-remote", "No remote is named.", {
    hint:
      "Name one with --remote NAME, or default_remote in pointsman.yaml, or POINTSMAN_URL and POINTSMAN_TOKEN; " +
      "`pointsman init` makes a registry of your own to try things on.",
  });
}

function fromConfig(
  name: string,
  config: Config,
  environment: Environment,
  hasEmbedded: boolean,
): RemoteChoice {
  if (name === "embedded") return { kind: "embedded" };
  const remote = config.remotes.get(name);
  if (remote === undefined) throw unknownRemote(name, [...config.remotes.keys()], hasEmbedded);
  const { url, tokenVariable } = remote;
  if (tokenVariable === undefined) return { kind: "v4", name, url, token: undefined, tokenVariable };
  const token = variable(tokenVariable, environment);
  if (token === undefined) {
    throw new PointsmanError(
      "environment-invalid",
      `The remote ${name} takes its token from ${tokenVariable}, which is not set.`,
      {
        hint: `Set it: export ${tokenVariable}=…${hasEmbedded ? "; or --remote embedded, the registry in .pointsman/" : ""}`,
      },
    );
  }
  return { kind: "v4", name, url, token, tokenVariable };
}

function unknownRemote(name: string, remotes: readonly string[], hasEmbedded: boolean): PointsmanError {
  const known = [...remotes, "embedded"];
  const near = nearest(name, known);
  if (near === undefined && remotes.length === 0) {
    return new PointsmanError(
      "no-remote",
      `No pointsman.yaml here names a remote "${printable(name)}", or any.`,
      {
        hint: `It goes below remotes in pointsman.yaml; -C DIR names another pointer repository${hasEmbedded ? "; --remote embedded is the registry in .pointsman/" : ""}.`,
      },
    );
  }
  return new PointsmanError(
    "no-remote",
    `${remotes.length === 0 ? "There is" : "pointsman.yaml has"} no remote "${printable(name)}".`,
    {
      hint: near === undefined ? `It has: ${known.join(", ")}.` : `Did you mean ${near}?`,
    },
  );
}

function fromEnvironment(url: string, environment: Environment): RemoteChoice {
  const wrong = explainBaseUrl(url);
  if (wrong !== null)
    throw new PointsmanError("environment-invalid", `POINTSMAN_URL cannot be used. ${wrong}`);
  const tokenVariable = "POINTSMAN_TOKEN";
  const token = variable(tokenVariable, environment);
  if (token === undefined) {
    throw new PointsmanError("environment-invalid", "POINTSMAN_URL is set, but POINTSMAN_TOKEN is not.", {
      hint: "Set both, or neither.",
    });
  }
  return { kind: "v4", name: "POINTSMAN_URL", url, token, tokenVariable };
}

/** A variable's value. One that is set but empty is a secret that did not arrive, not a choice. */
export function variable(name: string, environment: Environment): string | undefined {
  const value = environment[name];
  if (value === undefined) return undefined;
  if (value.trim() === "") {
    throw new PointsmanError("environment-invalid", `${name} is set, but empty.`, {
      hint: "Give it a value, or unset it. In CI: is the secret there for this job?",
    });
  }
  if (/^[\x21-\x7e]+[\r\n]+$/.test(value)) {
    throw new PointsmanError("environment-invalid", `${name} ends with a line break, which cannot be sent.`, {
      hint: `It came from a file, whole? The shell leaves the line break out: export ${name}="$(cat FILE)"`,
    });
  }
  if (/[^\x21-\x7e]/.test(value)) {
    throw new PointsmanError(
      "environment-invalid",
      `${name} has a space, a line break or another character that cannot be sent.`,
    );
  }
  return value;
}
