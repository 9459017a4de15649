/**
 * What a remote's URL may be written as, besides an http one: `git@host:path` and `ssh://git@host:22/path`.
 * Two colons name a program that reaches the remote in its own way (`codecommit::…`, `ext::…`).
 */
const scpLike = /^(?:[^@/\s]+@)?([^:/\s]+):(?!:|\/\/)([^\s]+)$/;
const overSsh = /^(?:ssh|git|git\+ssh):\/\/(?:[^@/\s]+@)?([^:/\s]+)(?::\d+)?\/([^\s]+)$/;

/**
 * The web address of a repository out of how git is told to reach it: without user, password, query and
 * `.git`. Null where it names no server, as a path does.
 */
export function webUrl(remote: string): string | null {
  const [, host, path] = overSsh.exec(remote) ?? [];
  if (host !== undefined && path !== undefined) return webUrl(`https://${host}/${path}`);
  if (!/^https?:\/\//i.test(remote)) {
    const [, server, below] = scpLike.exec(remote) ?? [];
    // One letter before the colon is a drive of Windows.
    if (server === undefined || below === undefined || server.length === 1) return null;
    return webUrl(`https://${server}/${below.replace(/^\/+/, "")}`);
  }
  if (!URL.canParse(remote)) return null;
  const { origin, pathname } = new URL(remote);
  return origin + pathname.replace(/\/+$/, "").replace(/\.git$/, "");
}
