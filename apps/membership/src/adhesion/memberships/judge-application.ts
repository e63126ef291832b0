import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { Markets } from '../../contract/markets/markets.module.js';
import { Applications } from './applications.pg.js';
import { missingPieces, timelinessOf } from './domain/application.js';
import type { Judged } from './domain/application-decision.js';
import type { Membership } from './memberships.pg.js';

/** An application as its letter left it: in time, complete (ADH-2, ADH-3). Part of a decision's transaction. */
@Injectable()
export class JudgeApplication {
  constructor(
    private readonly applications: Applications,
    private readonly markets: Markets,
  ) {}

  async execute(tx: Transaction, membership: Membership): Promise<Judged> {
    const { membershipId, marketCode, status, letter, documents, organisation } = membership;
    const { market } = await this.markets.find(marketCode, tx);
    const { decisions, hasVerifiedAnnexe2 } = await this.applications.stateOf(tx, membershipId);
    return {
      status,
      timeliness: timelinessOf(letter, market.calendar.adhesionDeadline, market.adhesionBasis),
      missing: missingPieces(organisation.kind, documents, hasVerifiedAnnexe2),
      isAdmitted: decisions.some(({ decision }) => decision === 'ACCEPTED'),
    };
  }
}
