import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { WithdrawalNotifiedSchema } from '#libs/contracts';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Commands } from '#libs/commands';
import { Documents } from '../../documents/documents.module.js';
import { Markets } from '../../contract/markets/markets.module.js';
import { MoveMembershipEnd } from '../../adhesion/memberships/memberships.module.js';
import { membershipFact, Memberships } from '../../adhesion/memberships/register.module.js';
import { judgeNotice } from './domain/withdrawal-notice.js';
import { windowOf } from './domain/withdrawal-window.js';
import { type LetterGiven, letterOf } from './letter-given.js';
import { termsOf } from './withdrawal-terms.js';
import { Withdrawals } from './withdrawals.repository.js';

export type RecordWithdrawalInput = {
  readonly idempotencyKey: string;
  readonly membershipId: string;
  readonly letter: LetterGiven;
  /** The coordinator: the letter is addressed to it (art. 3). */
  readonly caller: Caller;
};

/** Records the notice of withdrawal that the coordinator received (WDR-1) and moves the membership's end (WDR-2). */
@Injectable()
export class RecordWithdrawal {
  constructor(
    private readonly commands: Commands,
    private readonly withdrawals: Withdrawals,
    private readonly memberships: Memberships,
    private readonly membershipEnd: MoveMembershipEnd,
    private readonly markets: Markets,
    private readonly documents: Documents,
  ) {}

  /**
   * The same key gives the first answer again, a refusal too: that the member asked, and why it was not
   * possible, must be provable. Throws what `judgeNotice` throws.
   */
  async execute(input: RecordWithdrawalInput): Promise<{ withdrawalId: string }> {
    const { idempotencyKey, membershipId, letter, caller } = input;
    return this.commands.attempt(
      {
        operation: 'RecordWithdrawal',
        request: { membershipId, letter },
        caller,
        idempotencyKey,
        action: 'withdrawal.recorded',
        refused: {
          subject: `membership:${membershipId}`,
          restsOn: letter.number,
        },
      },
      (tx, today) => this.record(tx, input, today),
    );
  }

  private async record(
    tx: Transaction,
    { membershipId, letter: given, caller }: RecordWithdrawalInput,
    today: LocalDate,
  ): Promise<{ withdrawalId: string }> {
    const membership = await this.memberships.findForUpdate(tx, membershipId);
    if (!membership) throw new NotVisible();
    requireMarket(caller, membership.marketCode);
    const letter = await letterOf(tx, this.documents, membershipId, given);
    const { market } = await this.markets.find(membership.marketCode, tx);
    const standing = await this.withdrawals.standing(tx, membershipId);
    const takesEffectOn = judgeNotice(
      {
        ...membership,
        isCoordinator: membership.organisation.siren === market.coordinatorSiren,
        hasGivenNotice: standing !== undefined,
      },
      windowOf(termsOf(market)),
      letter,
      await this.withdrawals.lettersOf(tx, membershipId),
      today,
    );
    const noticeId = randomUUID();
    await this.withdrawals.addNotice(
      tx,
      { noticeId, membershipId, letter, takesEffectOn },
      { by: caller.userId, on: today },
    );
    await this.membershipEnd.execute(
      tx,
      membership,
      { endsOn: takesEffectOn, cause: 'WITHDRAWAL' },
      membershipFact(WithdrawalNotifiedSchema, { endsOn: takesEffectOn }),
      today,
    );
    await audit(tx, {
      action: 'withdrawal.recorded',
      subject: `membership:${membershipId}`,
      actor: caller.userId,
      restsOn: letter.number,
      businessDate: today,
      details: { takesEffectOn, sentOn: letter.sentOn, receivedOn: letter.receivedOn },
    });
    return { withdrawalId: noticeId };
  }
}
