import { type LocalDate } from '#libs/time';

export type SourceStanding = {
  /**
   * True when every fact that the source knew of for the days before `day` is written to its topic:
   * its date has reached `day` and nothing waits in its input, its work or its outbox. False also
   * when it cannot be asked: what is not known to be complete is not complete.
   */
  readonly hasStatedAll: boolean;
  /** Events that it consumes and has set aside: it has not stated what follows from them. */
  readonly setAside: number;
};

/** Where account facts come from, asked before a period is stated complete (BIL-5). */
export abstract class AccountFactsSource {
  abstract standingBefore(day: LocalDate): Promise<SourceStanding>;
}
