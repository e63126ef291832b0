const firstDelayMs = 2_000;
const longestDelayMs = 30_000;

/** How long to wait before asking again, when nothing has changed for so many answers. */
export const pollingDelayMs = (unchanged: number): number =>
  Math.min(firstDelayMs * 1.5 ** Math.min(unchanged, 20), longestDelayMs);
