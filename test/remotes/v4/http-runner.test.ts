import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { httpRunner } from "../../../src/remotes/v4/http-runner.ts";
import { outOfProportion } from "../../growth.ts";

/** A runner on a registry that streams this. */
async function aRunner(text: string) {
  const server = createServer((request, answer) => void request.resume().on("end", () => answer.end(text)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const runner = httpRunner({
    name: "it",
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  onTestFinished(async () => {
    await runner.close();
    server.close();
  });
  return runner;
}

function lineOf(value: string): string {
  const run = { id: "run_1", pipeline_id: "pipeline_1", state: "running", created_at: 1, updated_at: 1 };
  return JSON.stringify({ ...run, outputs: [{ type: "string", value }], error: null });
}

async function valuesOf(text: string): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const { outputs } of (await aRunner(text)).stream("{}")) values.push(outputs?.[0]?.value);
  return values;
}

test("a stream's lines are told apart wherever its parts end, the last one without an end too", async () => {
  const large = "é".repeat(200_000);
  const text = `${lineOf("a")}\n\n${lineOf(large)}\r\n${lineOf("b")}\n \n${lineOf("c")}`;
  expect(await valuesOf(text)).toEqual(["a", large, "b", "c"]);
});

test("a long line takes a time that grows with its length", async () => {
  const time = async (length: number): Promise<number> => {
    const text = `${lineOf("x".repeat(length))}\n`;
    const before = process.cpuUsage();
    expect(await valuesOf(text)).toHaveLength(1);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const size = 6 * 1024 * 1024;
  await time(size);
  let ratio = outOfProportion;
  // What is out of proportion stays so, and the noise of a busy machine does not.
  for (let turn = 0; turn < 5 && ratio >= outOfProportion; turn += 1) {
    const short = Math.min(await time(size), await time(size));
    ratio = (await time(4 * size)) / short;
  }
  expect(ratio).toBeLessThan(outOfProportion);
});
