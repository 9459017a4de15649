const form = "A database's URL is written like postgres://user@host:5432/database";

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
  return null;
}

/** A database's URL without what is secret in it: user, password and parameters. */
export function shownUrl(text: string): string {
  const { host, pathname } = new URL(text);
  return `postgres://${host}${pathname}`;
}
