import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tellWaits, waitFor } from "../src/waiting.ts";

let told: string[] = [];
const on = (isTerminal: boolean): (() => void) =>
  tellWaits({
    progress: isTerminal ? (text) => void told.push(text) : null,
    progressEnd: () => void told.push("end"),
    note: (text) => void told.push(`${text}\n`),
  });

beforeEach(() => {
  told = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

it("a wait is told after five seconds, by the second, until it ends", () => {
  const end = on(true);
  const answered = waitFor("a");
  vi.advanceTimersByTime(4900);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(2000);
  expect(told).toEqual(["Waiting for a (5 s)…", "Waiting for a (6 s)…"]);
  answered();
  answered();
  expect(told.slice(2)).toEqual(["end"]);
  vi.advanceTimersByTime(20_000);
  end();
  expect(told.slice(2)).toEqual(["end"]);
});

it("where there is no terminal it is one line, however long and often the same is waited for", () => {
  const end = on(false);
  for (const whom of ["a", "a", "b"]) {
    const answered = waitFor(whom);
    vi.advanceTimersByTime(20_000);
    answered();
  }
  end();
  expect(told).toEqual(["Waiting for a (5 s)…\n", "Waiting for b (5 s)…\n"]);
});

it("who answers one of several requests is not told", () => {
  const end = on(true);
  const first = waitFor("a");
  vi.advanceTimersByTime(3000);
  const second = waitFor("a");
  vi.advanceTimersByTime(1000);
  first();
  vi.advanceTimersByTime(4000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual(["Waiting for a (5 s)…"]);
  second();
  end();
});

it("what is still waited for when a command ends is told no more, and nothing of it stays", () => {
  const end = on(true);
  const answered = waitFor("a");
  vi.advanceTimersByTime(5000);
  end();
  vi.advanceTimersByTime(5000);
  answered();
  waitFor("b")();
  expect(told).toEqual(["Waiting for a (5 s)…", "end"]);
});
