import type { LocalDate } from '#libs/time';

/** What is left of an account beside identifiers, in provisioning, its queue and the ENT. */
export type AccountTrace = {
  readonly personId: string;
  readonly accountId: string;
  readonly isDeleted: boolean;
  /** Of an account in its closing path: the day on which it is deleted. */
  readonly closingEndsOn: LocalDate | undefined;
  readonly hasSourceKey: boolean;
  readonly hasLogin: boolean;
  /** Empty: the ENT never had it. */
  readonly entId: string;
  readonly ent: 'ABSENT' | 'PRE_DELETED' | 'PRESENT' | 'UNKNOWN';
  /** Of PRE_DELETED: the day by which it has gone from the ENT's trash too; undefined: the ENT does not say. */
  readonly entPurgedBy: LocalDate | undefined;
  readonly queued: boolean;
  /** Letters of it that were printed, and when last; paper alone, of which nothing is kept. */
  readonly lettersPrinted: number;
  readonly lastLetterOn: LocalDate | undefined;
};

/** Provisioning, asked what is left of the accounts of some people. */
export abstract class AccountTraces {
  /** 100 people at most. Throws a refusal of kind `unavailable`. */
  abstract of(personIds: readonly string[]): Promise<AccountTrace[]>;
}
