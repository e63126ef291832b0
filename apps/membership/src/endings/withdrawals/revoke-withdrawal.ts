import { Injectable } from '@nestjs/common';
import { WithdrawalRevokedSchema } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import { frenchDate } from '#libs/time';
import { BelowCommitment } from '#libs/trade';
import { MoveMembershipEnd } from '../../adhesion/memberships/memberships.module.js';
import { membershipFact } from '../../adhesion/memberships/register.module.js';
import { judgeRevocation } from './domain/withdrawal-notice.js';
import { type LetterInput, RegisteredLetters } from './registered-letters.js';
import { Withdrawals } from './withdrawals.pg.js';

export type WithdrawalRevoked = {
  readonly withdrawalId: string;
  /** Schools that another membership took meanwhile. */
  readonly schoolsLost: readonly string[];
};

/** The member takes its notice back before it takes effect (WDR-1): its membership ends with the market again. */
@Injectable()
export class RevokeWithdrawal {
  constructor(
    private readonly letters: RegisteredLetters,
    private readonly withdrawals: Withdrawals,
    private readonly membershipEnd: MoveMembershipEnd,
  ) {}

  /**
   * Throws what `judgeRevocation` throws, and BelowCommitment where the orders planned after the day
   * no longer suffice.
   */
  execute(input: LetterInput): Promise<WithdrawalRevoked> {
    const command = { operation: 'RevokeWithdrawal', action: 'withdrawal.revoked' } as const;
    return this.letters.receive(command, input, async (tx, received) => {
      const { membership, market, letter, standing, known, recorded } = received;
      judgeRevocation(
        // An exclusion or a succession may have ended the membership earlier: nothing of it is taken back.
        standing && { ...standing, stands: membership.endCause === 'WITHDRAWAL' },
        letter,
        known,
        recorded.on,
      );
      const withdrawalId = standing?.noticeId ?? '';
      const { endsOn } = market.calendar;
      await this.withdrawals.addRevocation(tx, withdrawalId, letter, recorded);
      const { schoolsLost } = await this.membershipEnd.execute(
        tx,
        membership,
        { endsOn, by: recorded.by },
        membershipFact(WithdrawalRevokedSchema, { endsOn }),
        recorded.on,
      );
      await this.checkFloor(tx, membership.membershipId);
      return {
        answer: { withdrawalId, schoolsLost },
        details: { withdrawalId, endsOn, schoolsLost },
      };
    });
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
