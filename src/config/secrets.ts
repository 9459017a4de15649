import { type Node, isMap, isScalar, isSeq } from "yaml";
import { nearest } from "../pointer/nearest.ts";
import { keyOf, startOf } from "../pointer/yaml-document.ts";

/** A place of pointsman.yaml where a secret stands, or something that may well be one. */
export interface SecretPlace {
  /** Where its key starts in the text, and where it does itself. */
  readonly offsets: readonly number[];
  /** What is to be said of it. It is never said itself. */
  readonly message: string;
}

/** The places where a token or a password stands, in whatever form of the file. */
export function secretPlaces(contents: Node | null): SecretPlace[] {
  const places: SecretPlace[] = [];
  const walk = (node: unknown, path: readonly string[]): void => {
    if (isMap(node)) {
      for (const pair of node.items) {
        const key = keyOf(pair);
        walk(pair.key, path);
        // A remote may have any name.
        const isRemote = path.length === 1 && path[0] === "remotes" && isMap(pair.value);
        if (isSecretKey(key) && !isRemote) {
          const offsets = [startOf(pair), offsetOf(pair.value)];
          if (holdsSecret(pair.value, key === "token" ? 1 : 4)) places.push({ offsets, message: token });
        } else walk(pair.value, [...path, key]);
      }
    } else if (isSeq(node)) {
      for (const item of node.items) walk(item, path);
    } else if (isScalar(node)) {
      const text = String(node.value);
      const message = isUrlWithSecret(text) ? password : isSecretEntry(text) ? token : null;
      if (message !== null) places.push({ offsets: [offsetOf(node)], message });
    }
  };
  walk(contents, []);
  return places;
}

const way = "name the variable that holds it, as token: ${POINTSMAN_TOKEN}";
const token = `A secret must not be in this file: ${way}. Revoke this one: it may be in git's history.`;
const password = `A password must not be in this file: ${way}. Revoke this one: it may be in git's history.`;

const secretKey =
  /^(?:.*[_-])?(?:token|pass|passwd|password|secret|key|apikey|auth|authorization|bearer|credentials?)$/i;

function isSecretKey(key: string): boolean {
  return secretKey.test(key) || nearest(key.toLowerCase(), ["token"]) !== undefined;
}

/** A key and its value without the space behind the colon are one text. */
function isSecretEntry(text: string): boolean {
  const colon = text.indexOf(":");
  return colon > 0 && colon < text.length - 1 && isSecretKey(text.slice(0, colon));
}

const urlWithUser = /^\w[\w+.-]*:\/\/[^/?#]*@|^[^\s/:@]+:[^\s/@]+@/;

/** A URL with a user, or with a parameter that is a secret. Each part of a long one is looked at once. */
function isUrlWithSecret(text: string): boolean {
  if (urlWithUser.test(text)) return true;
  if (!/^\w+:\/\//.test(text)) return false;
  return [...text.matchAll(/[?&#]([\w-]+)=/g)].some(([, name = ""]) =>
    /(?:token|key|secret|pass\w{0,20}|auth)$/i.test(name.slice(-40)),
  );
}

/** What names a variable, well or not, is no secret. */
const variable = /^\$\{\w+\}$|^\W{0,4}(?:\w{1,9}\.)?POINTSMAN_TOKEN\w{0,40}\W{0,4}$/i;

function holdsSecret(node: unknown, least: number): boolean {
  if (isMap(node)) return node.items.some(({ value }) => holdsSecret(value, least));
  if (isSeq(node)) return node.items.some((item) => holdsSecret(item, least));
  if (!isScalar(node) || node.value === null) return false;
  const text = String(node.value);
  return text.length >= least && !variable.test(text);
}

function offsetOf(node: unknown): number {
  return isMap(node) || isSeq(node) || isScalar(node) ? (node.range?.[0] ?? 0) : 0;
}
