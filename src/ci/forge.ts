/** What somebody wrote below a request, or as an issue. */
export interface Note {
  readonly id: number;
  /** The login of who wrote it. */
  readonly author: string;
  readonly body: string;
}

/** A request by which a commit came into the branch. */
export interface MergedRequest {
  readonly number: number;
  /** Its newest commit, as it was reviewed. */
  readonly head: string;
  /** The ref of the git server that has that commit, also where the branch is gone. */
  readonly ref: string;
}

/** Where requests and issues are: GitHub or GitLab. Every method may throw `RemoteError`. */
export interface Forge {
  /** The login that notes written with this token have as their author. */
  me(): Promise<string>;
  /** The newest commit of an open request. */
  headOf(request: number): Promise<string>;
  /** All notes below a request, oldest first. */
  notes(request: number): Promise<Note[]>;
  addNote(request: number, body: string): Promise<void>;
  editNote(request: number, id: number, body: string): Promise<void>;
  removeNote(request: number, id: number): Promise<void>;
  /** The open issues that somebody wrote, oldest first. */
  issuesOf(author: string): Promise<Note[]>;
  addIssue(title: string, body: string): Promise<void>;
  /** @param isOpen false closes it */
  editIssue(id: number, body: string, isOpen: boolean): Promise<void>;
  /** The merged requests that brought a commit into a branch. */
  requestsOf(commit: string, branch: string): Promise<MergedRequest[]>;
  close(): Promise<void>;
}
