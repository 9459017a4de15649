const form = "A database's URL is written like postgres://user@host:5432/database";

/** What the driver makes something of: it passes over all others, and speaks in clear then. */
const tlsParameters = ["ssl", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation"];
const tlsModes = ["disable", "prefer", "require", "verify-ca", "verify-full", "no-verify"];

/** Whether a text names a PostgreSQL database, well or badly; else it is a folder. */
export function isDatabaseUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(text);
}

/**
 * What is wrong with a database's URL, as a sentence that repeats nothing of it: a password that is not
 * escaped may stand anywhere in it. Null where it can be used.
 */
export function explainDatabaseUrl(text: string): string | null {
  if (!isDatabaseUrl(text)) return `${form}.`;
  if (!URL.canParse(text) || new URL(text).pathname.includes("@")) {
    return `${form}; a password's : / ? # @ are written %3A %2F %3F %23 %40, or it is left to PGPASSWORD.`;
  }
  const { searchParams } = new URL(text);
  if ([...searchParams.keys()].some((name) => /^ssl/i.test(name) && !tlsParameters.includes(name))) {
    return `What begins with ssl in a database's URL is one of ${tlsParameters.join(", ")}.`;
  }
  if (searchParams.getAll("sslmode").some((mode) => !tlsModes.includes(mode))) {
    return `The sslmode in a database's URL is one of ${tlsModes.join(", ")}.`;
  }
  return null;
}

/**
 * The same URL for the driver, which takes these modes for verify-full, and says so at length where
 * only lines of the log should be (https://www.npmjs.com/package/pg-connection-string).
 */
export function withPlainMode(url: string): string {
  if (new URL(url).searchParams.has("uselibpqcompat")) return url;
  return url.replace(/(?<=[?&]sslmode=)(?:prefer|require|verify-ca)(?=[&#]|$)/g, "verify-full");
}

/** A database's URL without what is secret in it: user, password and parameters. */
export function shownUrl(text: string): string {
  const { host, pathname } = new URL(text);
  return `postgres://${host}${pathname}`;
}
