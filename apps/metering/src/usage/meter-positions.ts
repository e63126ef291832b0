import { type LocalDate } from '#libs/time';

/** How far the meter has read what the others said. */
export type MeterPosition = {
  /** Messages of the account topic that are written and not yet counted, those set aside too; undefined when not known. */
  readonly lag: bigint | undefined;
  /** Positions in the account topic, as text to keep and compare, never to read (BIL-5). */
  readonly cutOff: string;
};

export abstract class MeterPositions {
  abstract current(): Promise<MeterPosition>;

  /** The day the service stands at; undefined before the first one. */
  abstract businessDate(): Promise<LocalDate | undefined>;
}
