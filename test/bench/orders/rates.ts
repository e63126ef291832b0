/** A single-row insert, the barest thing that a decision could be compared with. */
export function bareInsert(database: {
  query(statement: { name: string; text: string; values: unknown[] }): Promise<unknown>;
}): (index: number) => Promise<unknown> {
  return (index) =>
    database.query({
      name: 'bare',
      text: `insert into platform.audit_entry (actor, action, subject) values ('bench', 'bare', $1)`,
      values: [String(index)],
    });
}

/** Works per second. */
export async function rateOf(
  count: number,
  concurrency: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const begun = performance.now();
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return count / ((performance.now() - begun) / 1_000);
}

/** Median of the ratios of turns that ran next to each other, so that both met the same machine. */
export function ratioOf(ours: readonly number[], bare: readonly number[]): number {
  return round3(medianOf(ours.map((one, round) => one / (bare[round] ?? Number.NaN))));
}

export function medianOf(all: readonly number[]): number {
  const sorted = [...all].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[Math.ceil(middle) - 1],
    sorted[Math.floor(middle)],
  ];
  return (low + high) / 2;
}

/** The smallest value that at least so many percent of all do not exceed. */
export function percentileOf(all: readonly number[], percent: number): number {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

export function round3(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
