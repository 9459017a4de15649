import type { WirePage } from "../../wire/page.ts";
import type { WirePipeline, WirePipelineCreate, WirePipelinePatch } from "../../wire/pipeline.ts";
import type { PageOf } from "./pointer-store.ts";
import type { Author } from "./store.ts";

/** The pipelines of a registry. */
export interface PipelineStore {
  /** One page of those that are not deleted, by name and version. */
  list(filter: PipelineFilter): Promise<WirePage<WirePipeline>>;
  get(id: string): Promise<WirePipeline>;
  /** Adds an upload and its version pointer, `name:vN` with the next N. */
  publish(body: WirePipelineCreate, author: Author): Promise<WirePipeline>;
  /**
   * Sets the fields that are not null. What an id means stays: `name`, `image`, the variables and
   * `extras` without its `endpoints` (422).
   * @param onMove called before its endpoints change; it refuses that by throwing
   */
  patch(
    id: string,
    body: WirePipelinePatch,
    author: Author,
    onMove?: (pipeline: WirePipeline) => void,
  ): Promise<WirePipeline>;
  /**
   * Marks a pipeline deleted and hides its pointers; their names stay taken. 409 where others than its
   * versions reach it.
   * @param options.force hides those too
   * @param options.owns which of them the caller may hide, and be told of; 403 where there are others
   */
  delete(
    id: string,
    author: Author,
    options: { readonly force: boolean; readonly owns?: (pointer: string) => boolean },
  ): Promise<void>;
}

export interface PipelineFilter extends PageOf {
  readonly name?: string | undefined;
  /** Only theirs; everybody's if absent. */
  readonly usernames?: readonly string[] | undefined;
}
