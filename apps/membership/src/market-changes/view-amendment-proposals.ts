import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket, within } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { Proposals, ProposalUnknown } from '#libs/proposals';
import { amendmentKind, Amendments, type ProposedAmendment } from './amendments.pg.js';

/** Amendments that were proposed, for who coordinates their market. */
@Injectable()
export class ViewAmendmentProposals {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly proposals: Proposals,
    private readonly amendments: Amendments,
  ) {}

  /** Throws ProposalUnknown, also for one of another market. */
  show(caller: Caller, proposalId: string) {
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const found = await this.proposals.find<ProposedAmendment>(proposalId, amendmentKind, tx);
      const { content: amendment, ...proposal } = found;
      const { marketCode, decision } = proposal;
      if (within(caller, marketCode).grants.length === 0) throw new ProposalUnknown();
      const last = await this.amendments.last(tx, marketCode);
      const isOutdated = !decision && (last?.position ?? 0) !== amendment.basedOn;
      return { proposal, amendment, isOutdated, today };
    });
  }

  async list(
    caller: Caller,
    { marketCode, openOnly }: { readonly marketCode: string; readonly openOnly: boolean },
    limit: number,
    cursor: string,
  ) {
    requireMarket(caller, marketCode);
    const today = await this.businessDate.today();
    const filter = { marketCode, kind: amendmentKind, ...(openOnly ? { openOn: today } : {}) };
    return { today, ...(await this.proposals.list(filter, limit, cursor)) };
  }
}
