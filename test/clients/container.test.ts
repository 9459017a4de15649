import { beforeAll, describe, expect, it } from "vitest";
import { python, startContainer } from "./official.ts";

describe.runIf(python !== "")("a container of the official package", () => {
  let greeter: string;
  let speller: string;

  beforeAll(async () => {
    [greeter, speller] = await Promise.all([
      startContainer("greeter:greeter", "Hello"),
      startContainer("greeter:speller"),
    ]);
  });

  async function post(url: string, ...values: readonly string[]) {
    const inputs = values.map((value) => ({ type: "string", value }));
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ inputs }),
    });
    return { status: answer.status, text: await answer.text() };
  }

  it("answers runs, with a failed one's error inside a 200, and a 400 for inputs of another number", async () => {
    const [ran, failed, wrong] = await Promise.all([
      post(`${greeter}/v4/runs`, "Ada"),
      post(`${greeter}/v4/runs`, ""),
      post(`${greeter}/v4/runs`),
    ]);
    expect(JSON.parse(ran.text)).toEqual({
      inputs: null,
      outputs: [{ type: "string", value: "Hello, Ada!", file: null }],
      error: null,
    });
    expect(failed.status).toBe(200);
    expect(JSON.parse(failed.text)).toMatchObject({
      outputs: null,
      error: { type: "pipeline_error", message: "ValueError('nobody to greet')" },
    });
    expect(wrong.status).toBe(400);
    expect(JSON.parse(wrong.text)).toMatchObject({ error: { type: "input_error" } });
  });

  it("streams a run's outputs as lines of JSON", async () => {
    const { status, text } = await post(`${speller}/v4/runs/stream`, "Ada");
    const lines = text.trim().split("\n");
    expect(status).toBe(200);
    expect(lines.map((line) => (JSON.parse(line) as { outputs: unknown }).outputs)).toEqual(
      ["A", "d", "a"].map((value) => [{ type: "string", value, file: null }]),
    );
  });
});
