/** The last state of each key of a run: the others would only be overwritten. */
export function latest<T>(run: readonly T[], keyOf: (one: T) => string): Iterable<T> {
  return new Map(run.map((one) => [keyOf(one), one])).values();
}

/** Rows travel as one document. */
export const json = (rows: readonly object[]): string =>
  JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
