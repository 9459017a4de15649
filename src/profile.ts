/*
 * Where a command's time goes, and how much it handles. Kept only where `--profile` asks for it; without,
 * a call costs nothing.
 */
const stages = ["read", "parse", "rules", "fetch", "diff", "render"] as const;
const things = ["processes", "objects", "files", "bytes", "pointers", "requests"] as const;

/** Reading files and objects, parsing them, checking them, asking a remote, comparing, making the text. */
export type Stage = (typeof stages)[number];
/**
 * What is counted: programs started, objects asked of git, files read of the working tree, bytes parsed,
 * declarations found, requests sent.
 */
export type Thing = (typeof things)[number];

interface Profile {
  readonly began: number;
  readonly times: Map<Stage, number>;
  readonly counts: Map<Thing, number>;
}

let kept: Profile | null = null;

export function startProfile(): void {
  kept = { began: performance.now(), times: new Map(), counts: new Map() };
}

/** Does some work, and keeps how long it took: a promise's until it is settled. */
export function timed<T>(stage: Stage, work: () => T): T {
  if (kept === null) return work();
  const { times } = kept;
  const began = performance.now();
  const done = (): void => void times.set(stage, (times.get(stage) ?? 0) + performance.now() - began);
  const result = work();
  if (result instanceof Promise) return result.finally(done) as T;
  done();
  return result;
}

export function counted(thing: Thing, number = 1): void {
  kept?.counts.set(thing, (kept.counts.get(thing) ?? 0) + number);
}

/** What was kept, in two lines for people and programs: each stage in milliseconds, and all counts. */
export function profileText(): string {
  if (kept === null) return "";
  const { began, times, counts } = kept;
  const spent = stages.map((stage) => `${stage} ${(times.get(stage) ?? 0).toFixed(1)} ms`);
  const found = things.map((thing) => `${counts.get(thing) ?? 0} ${thing}`);
  return `profile: ${spent.join(", ")}; ${(performance.now() - began).toFixed(1)} ms in all\nprofile: ${found.join(", ")}\n`;
}
