import type { RuleText } from "../model/problem.ts";

/**
 * Every rule that a `Problem` may name, those of files and of pointers. `says` is what the README's table has;
 * `help` is shown by code scanning beside the problem.
 */
export const ruleTexts = {
  "name-grammar": {
    says: "a declared name is `username/pipeline:tag`",
    help: "Write the name in lower case, with one slash and one colon: username and pipeline have letters or digits at both ends and `.`, `_` or `-` only between; a tag has 2 to 128 characters.",
  },
  "reserved-tag": {
    says: "tags `v1`, `v2`, … are the registry's",
    help: "The registry makes a version at each upload. Declare another tag, such as `latest`, that targets the version.",
  },
  "external-declared": {
    says: "what `external` names is not declared here",
    help: "Other people own this name. Take the declaration out, or the pattern out of `external` in pointsman.yaml.",
  },
  path: {
    says: "a file declares what its path says, in one layout a pipeline",
    help: "Move the pointer to `pointers/USER/PIPELINE.yaml`, or each tag to a file of its own, `pointers/USER/PIPELINE/TAG.yaml`. So owners of paths are owners of pointers.",
  },
  duplicate: {
    says: "a name is declared once",
    help: "Keep one of the declarations, and delete the others.",
  },
  "target-grammar": {
    says: "a target is a pipeline id or a pointer's name",
    help: "Write a pipeline's id, which has neither slash nor colon, or the whole name of a pointer.",
  },
  "self-reference": {
    says: "a pointer does not target itself",
    help: "Write the pipeline, the version or the other pointer that it shall follow.",
  },
  dangling: {
    says: "a target is declared, a version, or external",
    help: "Mend the target's spelling, declare it, or name it in `external` in pointsman.yaml if other people own it.",
  },
  cycle: {
    says: "chains end",
    help: "Let one pointer of the circle target a version or a pipeline.",
  },
  "locked-target": {
    says: "a locked pointer targets an id or a version",
    help: "A pointer that follows another one moves with it. Target the version itself, or take the lock off.",
  },
  "locked-move": {
    says: "a locked pointer does not move between base and head",
    help: "Unlock it in this change, with its new target, and lock it again in another one.",
  },
  file: {
    says: "pointer files are regular `.yaml` files, UTF-8, at most 1 MiB, and differ in more than case",
    help: "Put the file itself where it stands, under a name that ends in `.yaml` and that no other file has in another case.",
  },
  yaml: {
    says: "a file is YAML",
    help: "Mend what stands at this place; `pointsman fmt` writes the rest in its usual form.",
  },
  "yaml-subset": {
    says: "without anchors, aliases, merge keys and tags, one document, YAML 1.2",
    help: "Write out what is meant, so that reviewers read what is declared where it stands.",
  },
  schema: {
    says: "a file has the shape that its schema says",
    help: "Compare it with `schemas/pointers.schema.json` or `schemas/config.schema.json`; editors do so while you type.",
  },
  "duplicate-key": {
    says: "a key stands once",
    help: "Keep one of them: readers of YAML do not agree on which counts.",
  },
  config: {
    says: "what `pointsman.yaml` names is there and can be used",
    help: "Name what is there, or mend the value.",
  },
} as const satisfies Record<string, RuleText>;
