import { Injectable } from '@nestjs/common';
import type { RecordWithdrawalRequest } from '#libs/contracts';
import { Commands, type InJournal } from '#libs/commands';
import type { Asked } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { AuditAction, Recorded } from '#libs/trade';
import { type Membership, Memberships } from '../../adhesion/memberships/register.module.js';
import { dayOf, type Market, Markets } from '../../contract/markets/markets.module.js';
import { Documents } from '../../documents/documents.module.js';
import type {
  LettersRecorded,
  RegisteredLetter,
  WithdrawalTerms,
} from './domain/withdrawal-notice.js';
import { type StandingNotice, Withdrawals } from './withdrawals.pg.js';

/** As it is recorded, with the document deposited before. */
export type LetterGiven = Omit<RegisteredLetter, 'document'> & { readonly documentId: string };

export type LetterInput = Asked<RecordWithdrawalRequest, { letter: LetterGiven }>;

/** A letter with what a decision about it depends on, behind the membership's lock. */
export type LetterReceived = {
  readonly membership: Membership;
  readonly market: Market;
  readonly letter: RegisteredLetter;
  readonly standing: StandingNotice | undefined;
  readonly known: LettersRecorded;
  readonly recorded: Recorded;
};

/** What stands around every registered letter that the coordinator records (WDR-1). */
@Injectable()
export class RegisteredLetters {
  constructor(
    private readonly commands: Commands,
    private readonly memberships: Memberships,
    private readonly withdrawals: Withdrawals,
    private readonly markets: Markets,
    private readonly documents: Documents,
  ) {}

  /**
   * The same key gives the first answer again, a refusal too: what the member asked, and why it was not possible,
   * must be provable. `decide` gives the answer and what the journal keeps. Throws what it throws, PaperNotDeposited.
   */
  receive<T>(
    command: { readonly operation: string; readonly action: AuditAction },
    { idempotencyKey, membershipId, letter: given, caller }: LetterInput,
    decide: (
      tx: Transaction,
      received: LetterReceived,
    ) => Promise<{ answer: T; details: Readonly<Record<string, unknown>> }>,
  ): Promise<T> {
    const about: InJournal = { subject: `membership:${membershipId}`, restsOn: given.number };
    const request = { membershipId, letter: given };
    return this.commands.attempt(
      { ...command, request, caller, idempotencyKey, refused: about },
      async (tx, on, journal) => {
        const membership = await this.memberships.findVisible(tx, membershipId, caller);
        const { documentId, ...stated } = given;
        const document = await this.documents.proofOf(tx, documentId, [{ membershipId }], {
          kinds: ['LETTER'],
          paper: 'la lettre recommandée (convention, art. 3)',
        });
        const { market } = await this.markets.find(membership.marketCode, tx);
        const { answer, details } = await decide(tx, {
          membership,
          market,
          letter: { ...stated, document },
          standing: await this.withdrawals.standing(tx, membershipId),
          known: await this.withdrawals.lettersOf(tx, membershipId),
          recorded: { by: caller.userId, on },
        });
        await journal({ details });
        return answer;
      },
    );
  }
}

/** What a market's file says about withdrawal: nothing of it is in code (MKT-1). */
export function termsOf({ calendar }: Pick<Market, 'calendar'>): WithdrawalTerms {
  const { effectiveOn, endsOn, lockInMonths, noticeWindowMonths } = calendar;
  return { effectiveOn: dayOf(effectiveOn), endsOn, lockInMonths, noticeWindowMonths };
}
