import { Injectable } from '@nestjs/common';
import { type Caller, marketsOf } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { Proposals } from '#libs/proposals';
import {
  type MissingContent,
  missingKind,
  type MissingProposal,
  noMarket,
} from './missing-proposal.js';
import { MissingSchools, type MissingSchoolView } from './missing-schools.pg.js';

/** Schools whose accounts the ENT lacks, with the proposal that waits for a second person (PRV-5). */
@Injectable()
export class ViewMissing {
  constructor(
    private readonly schools: MissingSchools,
    private readonly proposals: Proposals,
    private readonly businessDate: BusinessDate,
  ) {}

  async execute(
    caller: Caller,
  ): Promise<{ schools: MissingSchoolView[]; proposal: MissingProposal | undefined }> {
    const markets = marketsOf(caller);
    const schools = await this.schools.list(markets);
    const openOn = await this.businessDate.today();
    const filter = { marketCode: noMarket, kind: missingKind, openOn };
    const [open] = (await this.proposals.list(filter, 1, '')).rows;
    if (!open) return { schools, proposal: undefined };
    const proposal = await this.proposals.find<MissingContent>(open.proposalId, missingKind);
    const uais = proposal.content.schools.map(({ uai }) => uai);
    const isVisible = await this.schools.areOfMarkets(uais, markets);
    return { schools, proposal: isVisible ? proposal : undefined };
  }
}
