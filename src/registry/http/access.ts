import { timingSafeEqual } from "node:crypto";
import type { TokenStore } from "../store/token-store.ts";
import { digestOf } from "../store/tokens.ts";
import { type Caller, administrator, callerOf } from "./caller.ts";

/** Who stands behind a token. */
export interface Access {
  /** At once where it is known; null for a token that is not valid. */
  find(token: string): Caller | null | Promise<Caller | null>;
  /** Forgets what is remembered: a token was revoked here. */
  forget(): void;
}

interface Remembered {
  readonly caller: Caller | null | Promise<Caller | null>;
  readonly until: number;
}

/** How many tokens are remembered, valid or not. */
const capacity = 10_000;

/**
 * Tokens are known by their digests alone, and compared by them: nothing takes a time that says
 * something of a token.
 * @param options.administrator the token that may do everything; null for none
 * @param options.memory how long what the store said is believed, in milliseconds: a token that is revoked on
 *   another replica is valid here for so long
 */
export function openAccess(options: {
  readonly administrator: string | null;
  readonly tokens: TokenStore;
  readonly memory?: number;
}): Access {
  const { tokens, memory = 1000 } = options;
  const wanted = options.administrator === null ? null : bytesOf(digestOf(options.administrator));
  const remembered = new Map<string, Remembered>();

  function ask(digest: string): Promise<Caller | null> {
    if (remembered.size >= capacity) remembered.clear();
    const until = performance.now() + memory;
    const asked = tokens.find(digest).then((token) => (token === null ? null : callerOf(token)));
    remembered.set(digest, { caller: asked, until });
    const settle = (caller?: Caller | null): void => {
      // Unless it was forgotten meanwhile.
      if (remembered.get(digest)?.caller !== asked) return;
      if (caller === undefined) remembered.delete(digest);
      else remembered.set(digest, { caller, until });
    };
    asked.then(settle, () => settle());
    return asked;
  }

  return {
    find: (token) => {
      const digest = digestOf(token);
      const known = remembered.get(digest);
      if (known !== undefined && known.until > performance.now()) return known.caller;
      if (wanted !== null && timingSafeEqual(bytesOf(digest), wanted)) {
        remembered.set(digest, { caller: administrator, until: Infinity });
        return administrator;
      }
      return ask(digest);
    },
    forget: () => remembered.clear(),
  };
}

function bytesOf(digest: string): Buffer {
  return Buffer.from(digest, "latin1");
}
