import { addDays, type LocalDate } from '#libs/time';

/** What is known of the readings of an academy's directory when the next one is asked for. */
export type ReadingsSoFar = {
  /** Day of the last full one that was applied whole. */
  readonly fullOn: LocalDate | undefined;
  /** A full one is under way or waits for a person: changes alone would not answer it. */
  readonly isFullOpen: boolean;
};

/** Changes alone between two full readings, which are the only ones that see who is there no more. */
export function nextExtent(
  { fullOn, isFullOpen }: ReadingsSoFar,
  today: LocalDate,
  fullEveryDays: number,
): 'FULL' | 'DELTA' {
  if (fullOn === undefined || isFullOpen) return 'FULL';
  return addDays(fullOn, fullEveryDays) <= today ? 'FULL' : 'DELTA';
}

/**
 * The stamp from which changes may be asked for; undefined where only a full reading will do. One that is ahead of our
 * clock was noted before that clock, or the server's, was put back: what was changed since may be stamped earlier.
 */
export function changesSince(upTo: Date | undefined, now: Date): Date | undefined {
  return upTo && upTo <= now ? upTo : undefined;
}
