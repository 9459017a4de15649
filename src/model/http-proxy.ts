/** An HTTP proxy, through which connections to other hosts are made. */
export interface HttpProxy {
  /** Scheme, host and port: it may be shown. */
  readonly url: string;
  /** What the proxy wants to see (`Basic …`), a secret. */
  readonly authorization: string | undefined;
}
