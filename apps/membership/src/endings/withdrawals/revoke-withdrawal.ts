import { Injectable } from '@nestjs/common';
import { WithdrawalRevokedSchema } from '#libs/contracts';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { audit, type Transaction } from '#libs/persistence';
import { frenchDate, type LocalDate } from '#libs/time';
import { Commands } from '#libs/commands';
import { BelowCommitment } from '#libs/trade';
import { Documents } from '../../documents/documents.module.js';
import { Markets } from '../../contract/markets/markets.module.js';
import { MoveMembershipEnd } from '../../adhesion/memberships/memberships.module.js';
import { membershipFact, Memberships } from '../../adhesion/memberships/register.module.js';
import { judgeRevocation } from './domain/withdrawal-notice.js';
import { type LetterGiven, letterOf } from './letter-given.js';
import { Withdrawals } from './withdrawals.repository.js';

export type RevokeWithdrawalInput = {
  readonly idempotencyKey: string;
  readonly membershipId: string;
  readonly letter: LetterGiven;
  readonly caller: Caller;
};
export type WithdrawalRevoked = {
  readonly withdrawalId: string;
  /** Schools that another membership took meanwhile. */
  readonly schoolsLost: readonly string[];
};

/** The member takes its notice back before it takes effect (WDR-1): its membership ends with the market again. */
@Injectable()
export class RevokeWithdrawal {
  constructor(
    private readonly commands: Commands,
    private readonly withdrawals: Withdrawals,
    private readonly memberships: Memberships,
    private readonly membershipEnd: MoveMembershipEnd,
    private readonly markets: Markets,
    private readonly documents: Documents,
  ) {}

  /**
   * Throws what `judgeRevocation` throws, and BelowCommitment where the orders planned after the day
   * no longer suffice. A refusal leaves its answer and an audit entry: that the member wanted to stay must be provable.
   */
  async execute(input: RevokeWithdrawalInput): Promise<WithdrawalRevoked> {
    const { idempotencyKey, membershipId, letter, caller } = input;
    return this.commands.attempt(
      {
        operation: 'RevokeWithdrawal',
        request: { membershipId, letter },
        caller,
        idempotencyKey,
        action: 'withdrawal.revoked',
        refused: {
          subject: `membership:${membershipId}`,
          restsOn: letter.number,
        },
      },
      (tx, today) => this.revoke(tx, input, today),
    );
  }

  private async revoke(
    tx: Transaction,
    { membershipId, letter: given, caller }: RevokeWithdrawalInput,
    today: LocalDate,
  ): Promise<WithdrawalRevoked> {
    const membership = await this.memberships.findForUpdate(tx, membershipId);
    if (!membership) throw new NotVisible();
    requireMarket(caller, membership.marketCode);
    const letter = await letterOf(tx, this.documents, membershipId, given);
    const notice = await this.withdrawals.standing(tx, membershipId);
    judgeRevocation(
      // An exclusion or a succession may have ended the membership earlier: nothing of it is taken back.
      notice && { ...notice, stands: membership.endCause === 'WITHDRAWAL' },
      letter,
      await this.withdrawals.lettersOf(tx, membershipId),
      today,
    );
    const withdrawalId = notice?.noticeId ?? '';
    const { market } = await this.markets.find(membership.marketCode, tx);
    const { endsOn } = market.calendar;
    await this.withdrawals.addRevocation(tx, withdrawalId, letter, {
      by: caller.userId,
      on: today,
    });
    const { schoolsLost } = await this.membershipEnd.execute(
      tx,
      membership,
      { endsOn },
      membershipFact(WithdrawalRevokedSchema, { endsOn }),
      today,
    );
    await this.checkFloor(tx, membershipId);
    await audit(tx, {
      action: 'withdrawal.revoked',
      subject: `membership:${membershipId}`,
      actor: caller.userId,
      restsOn: letter.number,
      businessDate: today,
      details: { withdrawalId, endsOn, schoolsLost },
    });
    return { withdrawalId, schoolsLost };
  }

  // While the notice stood, orders were judged up to its day only: those planned after it count again.
  private async checkFloor(tx: Transaction, membershipId: string): Promise<void> {
    const below = await this.withdrawals.firstDayBelowCommitment(tx, membershipId);
    if (!below) return;
    const { firstDay, wouldBe, commitment } = below;
    throw new BelowCommitment(
      `Au ${frenchDate(firstDay)}, ${wouldBe} comptes seraient commandés pour un engagement de ${commitment} ` +
        '(convention, art. 7.1) : le membre doit d’abord commander la différence, puis révoquer son retrait.',
      { ...below, shortfall: commitment - wouldBe },
    );
  }
}
