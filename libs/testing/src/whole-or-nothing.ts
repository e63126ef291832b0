/**
 * For what a test starts in several steps: where one fails, what was begun before is ended again, the last first, and
 * the failure is thrown. `begun` takes the way to end each step.
 */
export async function wholeOrNothing<T>(
  start: (begun: (end: () => unknown) => void) => Promise<T>,
): Promise<T> {
  const ends: (() => unknown)[] = [];
  try {
    return await start((end) => void ends.push(end));
  } catch (error) {
    // What cannot be ended must not hide why the start failed, nor keep the others.
    for (const end of ends.reverse())
      await Promise.resolve()
        .then(end)
        .catch(() => undefined);
    throw error;
  }
}
