import type { Change, Plan } from "../model/plan.ts";
import { type Forges, compareLink } from "./compare-link.ts";
import { code } from "./markdown.ts";
import { shortId } from "./style.ts";

/**
 * What changed in a model between the two pipelines of a change, as Markdown: the repository and the commits,
 * with a link to the page that compares them where there is one. Empty where a pipeline does not say.
 */
export function modelChange({ before, after }: Change, { sources = {} }: Plan, forges: Forges): string {
  const [was, is] = [before, after].map((value) =>
    value !== null && Object.hasOwn(sources, value.pipeline) ? sources[value.pipeline] : undefined,
  );
  if (was === undefined || is === undefined || before?.pipeline === after?.pipeline) return "";
  if (was.repository !== is.repository) return `another model: ${code(is.repository)}`;
  const name = is.repository.replace(/^https:\/\//, "");
  if (was.commit === is.commit) return `the same model: ${code(`${name} ${shortId(is.commit)}`)}`;
  const commits = `${shortId(was.commit)}…${shortId(is.commit)}`;
  const link = compareLink(was, is, forges);
  // A page that is linked says for itself whose it is: its last step is enough to tell models apart.
  return link === null
    ? code(`${name} ${commits}`)
    : `[${code(`${name.replace(/.*\//, "")} ${commits}`)}](${link})`;
}
