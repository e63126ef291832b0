import { Injectable } from '@nestjs/common';
import { type Transaction } from '#libs/persistence';
import { type LedgerHead } from '../members/members.module.js';
import { LedgerDiverged } from './draft-problems.js';
import { type Basis, PricingBasis } from './pricing-basis.js';
import { WhyBehind } from './why-behind.js';

/** What a price rests on, once billing's copy has reached what membership states (BIL-5). */
@Injectable()
export class ReachedBasis {
  constructor(
    private readonly basis: PricingBasis,
    private readonly whyBehind: WhyBehind,
  ) {}

  /**
   * Locked until the transaction ends. Throws what WhyBehind gives where the copy is behind; the same version with
   * another chain is LedgerDiverged: one of the two ledgers is wrong.
   */
  async now(tx: Transaction, head: LedgerHead): Promise<Basis> {
    const known = await this.basis.now(tx, head.membershipId);
    if (known === undefined || known.member.membershipVersion < head.membershipVersion) {
      throw await this.whyBehind.execute([head.membershipId], tx);
    }
    const { membershipVersion, ledgerHead } = known.member;
    if (membershipVersion === head.membershipVersion && ledgerHead !== head.ledgerHead) {
      throw new LedgerDiverged(head.membershipId);
    }
    return known;
  }
}
