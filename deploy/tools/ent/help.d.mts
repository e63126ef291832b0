export function helpFor(
  words: readonly string[],
  known: ReadonlyMap<string, { usage?: string }>,
): { status: number; lines: string[] } | undefined;
