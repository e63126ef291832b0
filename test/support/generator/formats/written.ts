import type { LocalDate } from '#libs/time';
import type { Site } from '../school-years/sites.js';

/** What a writer of one format has laid down. */
export type Written = {
  /** Their places in the folder. */
  readonly files: readonly string[];
  readonly schools: number;
  readonly pupils: number;
  readonly guardians: number;
  readonly staff: number;
};

/** Told before each school. */
export type Progress = (schoolsDone: number, schools: number) => void;

export type DayOptions = {
  readonly folder: string;
  readonly day: LocalDate;
  /** One school alone. */
  readonly site?: Site;
  readonly progress?: Progress;
};
