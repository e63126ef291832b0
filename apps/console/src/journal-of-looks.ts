import type { Visitor } from './visitor.js';

/** Why somebody looks at a person's data. Words of a closed list: free text would hold personal data. */
export const lookReasons = ['FAMILY_CALL', 'SCHOOL_CALL', 'TICKET', 'CHECK', 'OWN_SCHOOL'] as const;
export type LookReason = (typeof lookReasons)[number];

export type Look = {
  /** What was looked at; JOURNAL: the names behind a line of the journal itself. */
  readonly action: 'SEARCH' | 'PERSON' | 'ACCOUNT_HISTORY' | 'JOURNAL';
  readonly reason: LookReason;
  /** Number of the case it is for, without any name. */
  readonly ticket?: string;
  /** Ids of the people whose data is shown; empty for a search without result. */
  readonly subjects: readonly string[];
};

/** The journal of looks (SUP-2): written before the data leaves, never changed afterwards. */
export abstract class JournalOfLooks {
  abstract record(visitor: Visitor, look: Look): Promise<void>;
}
