import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { PersonDetail } from './domain/mask.js';

export type PeopleCounts = {
  readonly people: bigint;
  readonly schools: bigint;
  readonly byProfile: readonly { readonly profile: string; readonly count: bigint }[];
};

export abstract class People {
  abstract find(personId: string): Promise<PersonDetail | undefined>;
  /** Those of these people who have a place in one of these schools now. */
  abstract presentIn(
    uais: readonly string[],
    personIds: readonly string[],
  ): Promise<readonly string[]>;
  /** Present people: those with a current place. */
  abstract count(): Promise<PeopleCounts>;
  /**
   * Removes the people who left so long ago that they fall due on that day (SUP-4); returns their
   * ids, and those of the relatives whose links went with them.
   */
  abstract eraseLeavers(
    tx: Transaction,
    day: LocalDate,
    afterDays: number,
  ): Promise<{ erasedIds: readonly string[]; relativeIds: readonly string[] }>;
}
