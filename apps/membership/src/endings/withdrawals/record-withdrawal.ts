import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { WithdrawalNotifiedSchema } from '#libs/contracts';
import { MoveMembershipEnd } from '../../adhesion/memberships/memberships.module.js';
import { membershipFact } from '../../adhesion/memberships/register.module.js';
import { judgeNotice, windowOf } from './domain/withdrawal-notice.js';
import { type LetterInput, RegisteredLetters, termsOf } from './registered-letters.js';
import { Withdrawals } from './withdrawals.pg.js';

/** Records the notice of withdrawal that the coordinator received (WDR-1) and moves the membership's end (WDR-2). */
@Injectable()
export class RecordWithdrawal {
  constructor(
    private readonly letters: RegisteredLetters,
    private readonly withdrawals: Withdrawals,
    private readonly membershipEnd: MoveMembershipEnd,
  ) {}

  /** Throws what `judgeNotice` throws. */
  execute(input: LetterInput): Promise<{ withdrawalId: string }> {
    const command = { operation: 'RecordWithdrawal', action: 'withdrawal.recorded' } as const;
    return this.letters.receive(command, input, async (tx, received) => {
      const { membership, market, letter, standing, known, recorded } = received;
      const member = {
        ...membership,
        isCoordinator: membership.organisation.siren === market.coordinatorSiren,
        hasGivenNotice: standing !== undefined,
      };
      const window = windowOf(termsOf(market));
      const takesEffectOn = judgeNotice(member, window, letter, known, recorded.on);
      const noticeId = randomUUID();
      const notice = { noticeId, takesEffectOn };
      await this.withdrawals.addNotice(tx, notice, membership.membershipId, letter, recorded);
      await this.membershipEnd.execute(
        tx,
        membership,
        { endsOn: takesEffectOn, cause: 'WITHDRAWAL', by: recorded.by },
        membershipFact(WithdrawalNotifiedSchema, { endsOn: takesEffectOn }),
        recorded.on,
      );
      const { sentOn, receivedOn } = letter;
      return { answer: { withdrawalId: noticeId }, details: { takesEffectOn, sentOn, receivedOn } };
    });
  }
}
