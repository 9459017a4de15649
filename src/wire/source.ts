/** Where a write comes from: what a sync or an upload knows of its commit and its CI. Texts of at most 512 characters. */
export interface WireSource {
  readonly repository?: string;
  readonly commit?: string;
  readonly ref?: string;
  readonly actor?: string;
  readonly run_url?: string;
  readonly pull_request?: string;
}
