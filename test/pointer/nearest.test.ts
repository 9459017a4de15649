import { describe, expect, test } from "vitest";
import { nearest } from "../../src/pointer/nearest.ts";
import { meantPointer } from "../../src/plan/meant-pointer.ts";
import { nearestPointer } from "../../src/pointer/nearest-pointer.ts";

test.each([
  ["stabel", ["latest", "stable"], "stable"],
  ["prdo", ["prod", "dev"], "prod"],
  ["stable", ["stable"], undefined],
  ["canary", ["latest", "stable"], undefined],
  ["eu", ["us"], undefined],
  ["x".repeat(300), ["x".repeat(299)], undefined],
])("%s of %j: %s", (text, candidates, expected) => {
  expect(nearest(text, candidates)).toBe(expected);
});

describe("the pointer that a name may have meant", () => {
  const pointers = ["acme-vision/face-blur:prod", "acme-vision/face-blur:stable", "acme-vision/upscaler:eu"];
  test.each([
    ["is of the same pipeline", "acme-vision/face-blur:stabel", "acme-vision/face-blur:stable"],
    ["is of a pipeline that is near", "acme-vison/face-blurr:prod", "acme-vision/face-blur:prod"],
    ["may be near in both", "acme-vision/face-blurr:prd", "acme-vision/face-blur:prod"],
    ["is not just any other tag of a long name", "acme-vision/face-blur:nightly", undefined],
    ["is none among strangers", "someone/else:main", undefined],
  ])("%s", (_, text, expected) => {
    expect(nearestPointer(text, pointers)).toBe(expected);
  });
});

describe("what a hint says of a pointer that there is not", () => {
  const names = ["team/llm:v10", "team/llm:v9", "team/llm:latest", "team/tts:v11"];
  test.each([
    ["of a version names the newest one", "team/llm:v99", "The newest version there is team/llm:v10."],
    ["of a pipeline that is near names its pointer", "team/llmm:v9", "Did you mean team/llm:v9?"],
    ["of another tag names what is near", "team/llm:lateset", "Did you mean team/llm:latest?"],
    ["is nothing where nothing is near", "team/llm:stable", undefined],
  ])("%s", (_, name, expected) => {
    expect(meantPointer(name, names)).toBe(expected);
  });
});
