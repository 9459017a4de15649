import { PointsmanError } from "../errors.ts";
import type { RemoteToken, TokenRemote, TokenScope } from "../model/remote-tokens.ts";
import { nearest } from "../pointer/nearest.ts";
import { printable } from "../pointer/printable.ts";
import { suggested } from "../pointer/suggested.ts";
import { RemoteError } from "../remotes/remote-error.ts";
import { isTokenName } from "../remotes/v4/token-name.ts";
import { renderTokens } from "../render/tokens.ts";
import { type CommandResult, type CommonOptions, type Deps, exitCodes, result } from "./command.ts";
import { type RegistryOptions, openRegistry } from "./open-registry.ts";

export interface TokensOptions extends CommonOptions, RegistryOptions {}

export interface CreateTokenOptions extends TokensOptions {
  readonly name: string;
  readonly username?: readonly string[];
  readonly scope?: readonly TokenScope[];
  /** Everything, for everybody's pointers. */
  readonly admin?: true;
}

/** Makes a token. It is printed, this once, and nothing else is. */
export async function createToken(options: CreateTokenOptions, deps: Deps): Promise<CommandResult> {
  const { name, admin } = options;
  const usernames = admin === true ? ["*"] : (options.username ?? []);
  const scopes: readonly TokenScope[] = admin === true ? ["admin"] : (options.scope ?? []);
  if (!isTokenName(name)) {
    throw new PointsmanError("usage", `"${printable(name)}" is no name for a token.`, {
      hint: "It has up to 64 letters, digits and ._@-, and begins with a letter or a digit.",
    });
  }
  if (usernames.length === 0 || scopes.length === 0) {
    throw new PointsmanError("usage", "A token needs at least one --username and one --scope, or --admin.", {
      hint: `For example: ${suggested(`tokens create ${name} --username myuser --scope write`, options.remote)}`,
    });
  }
  const make = async (registry: TokenRemote): Promise<CommandResult> => {
    deps.mayHaveWritten(`the token ${name} was made`);
    const made = await registry.createToken({ name, usernames, scopes }).catch(explainTaken(options));
    deps.note(`The token ${name} is made. It is shown this once: it cannot be read again.`);
    return result(options, exitCodes.done, made, () => `${made.token}\n`);
  };
  // With its first token a registry's data begins.
  return withRegistry(options, deps, make, true);
}

/** All tokens, without what they are recognised by. */
export function listTokens(options: TokensOptions, deps: Deps): Promise<CommandResult> {
  return withRegistry(options, deps, async (registry) => {
    const tokens = await registry.listTokens();
    return result(options, exitCodes.done, { tokens }, () => renderTokens(tokens));
  });
}

/** Ends a token, by its name or its id. */
export function revokeToken(
  options: TokensOptions & { readonly name: string },
  deps: Deps,
): Promise<CommandResult> {
  return withRegistry(options, deps, async (registry) => {
    const token = find(await registry.listTokens(), options);
    deps.mayHaveWritten(`the token ${printable(token.name)} was revoked`);
    await registry.revokeToken(token.id);
    const text = `The token ${printable(token.name)} is revoked; every replica refuses it within two seconds.\n`;
    return result(options, exitCodes.done, { revoked: token }, () => text);
  });
}

function explainTaken({ name, remote }: CreateTokenOptions): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof RemoteError) || error.status !== 409) throw error;
    throw new PointsmanError("usage", `A token is named ${name} already.`, {
      hint: `Choose another name; ${suggested(`tokens revoke ${name}`, remote)} ends that one.`,
      cause: error,
    });
  };
}

function find(
  tokens: readonly RemoteToken[],
  { name, remote }: TokensOptions & { readonly name: string },
): RemoteToken {
  const found = tokens.find((token) => token.name === name) ?? tokens.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    tokens.map((token) => token.name),
  );
  throw new PointsmanError("usage", `No token is named ${printable(name)}.`, {
    hint:
      near === undefined
        ? `${suggested("tokens list", remote)} shows them all.`
        : `Did you mean ${printable(near)}?`,
  });
}

async function withRegistry(
  options: TokensOptions,
  deps: Deps,
  work: (registry: TokenRemote) => Promise<CommandResult>,
  create = false,
): Promise<CommandResult> {
  const registry = await openRegistry(options, deps, create);
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}
