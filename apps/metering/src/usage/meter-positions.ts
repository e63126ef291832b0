import type { LocalDate } from '#libs/time';
import type { HeldUpAtSource } from './account-facts-source.gateway.js';
import type { WaitingFacts } from './domain/waiting-facts.js';

/** How far the meter has read what the others said. */
export type MeterPosition = {
  /** What of the account topic is not counted; the source knows of its own. */
  readonly waiting: Omit<WaitingFacts, keyof HeldUpAtSource>;
  /** Positions in the account topic, as text to keep and compare, never to read (BIL-5). */
  readonly cutOff: string;
};

/** Whose waiting facts are told by membership: one, or all (empty) of these markets (undefined: of all). */
export type UsageScope = {
  readonly membershipId: string;
  readonly markets: readonly string[] | undefined;
};

export abstract class MeterPositions {
  abstract current(scope: UsageScope): Promise<MeterPosition>;

  /** The positions alone: nobody is asked but the meter's own database. */
  abstract cutOff(): Promise<string>;

  /** The first day of which some fact may not be told yet, as the source states; undefined before it has stated any. */
  abstract toldBefore(): Promise<LocalDate | undefined>;

  /** The day the service stands at; undefined before the first one. */
  abstract businessDate(): Promise<LocalDate | undefined>;
}
