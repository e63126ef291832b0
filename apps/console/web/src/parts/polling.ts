const soonMs = 500;
const firstDelayMs = 2_000;
const longestDelayMs = 30_000;

/**
 * How long to wait before asking again, when nothing has changed for so many answers. `isFirst`: after the first answer,
 * since what a person has just begun is often done at once.
 */
export const pollingDelayMs = (unchanged: number, isFirst = false): number =>
  isFirst ? soonMs : Math.min(firstDelayMs * 1.5 ** Math.min(unchanged, 20), longestDelayMs);
