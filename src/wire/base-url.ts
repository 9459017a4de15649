/** Whether a host is this machine: a token may go there over plain HTTP. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** What is wrong with the base URL of a v4 API, as a sentence; null where a token may be sent to it. */
export function explainBaseUrl(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    const meant = withScheme(text);
    return `A remote's url is written like https://registry.example.com${meant === null ? "." : `; did you mean ${meant}?`}`;
  }
  if (url.username !== "" || url.password !== "") {
    return "A remote's url holds no user or password: its token comes from the environment.";
  }
  if (url.search !== "" || url.hash !== "") return "A remote's url has no query and no fragment.";
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return "A token would be sent over plain HTTP: use https (http only to this machine).";
  }
  return null;
}

/** The URL that a host and port without a scheme stand for; null where they are none: it may be a token. */
function withScheme(text: string): string | null {
  if (!/^(?=.*[.:]|localhost$)[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/.test(text)) return null;
  const url = URL.canParse(`https://${text}`) ? new URL(`https://${text}`) : null;
  if (url === null) return null;
  return `${isLoopback(url.hostname) ? "http" : "https"}://${url.host}`;
}
