const cleanups: (() => unknown)[] = [];

/**
 * Has something done when the test file ends, the latest first. For modules that files share: they are loaded
 * once for many files, so that an `afterAll` of theirs would be the first file's alone.
 */
export function atEnd(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** Does all of it: tools/test-environment.js has it done after each file. */
export async function endFile(): Promise<void> {
  const failures: unknown[] = [];
  for (const cleanup of cleanups.splice(0).toReversed()) {
    try {
      await cleanup();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, "after a test file not all could be cleaned up");
}
