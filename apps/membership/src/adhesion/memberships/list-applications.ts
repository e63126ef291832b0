import { Injectable } from '@nestjs/common';
import { type Caller, requireInMarket, requireMarket } from '#libs/identity';
import { type Market, Markets } from '../../contract/markets/markets.module.js';
import { BusinessDate } from '#libs/messaging';
import { type Application, type ApplicationPage, Applications } from './applications.pg.js';
import { missingPieces, type Timeliness, timelinessOf } from './domain/application.js';

export type ApplicationView = Application & {
  readonly timeliness: Timeliness;
  readonly missing: readonly string[];
  /** Left in time, came late, and nobody has decided (ADH-3). */
  readonly awaitsDecision: boolean;
};

/** Adhesions in progress, for the coordinator. */
@Injectable()
export class ListApplications {
  constructor(
    private readonly applications: Applications,
    private readonly markets: Markets,
    private readonly businessDate: BusinessDate,
  ) {}

  async find(input: { membershipId: string; caller: Caller }): Promise<ApplicationView> {
    const row = requireInMarket(input.caller, await this.applications.find(input.membershipId));
    const { market } = await this.markets.find(row.marketCode);
    return viewOf(row, market);
  }

  /** One row more than `limit` where there is one. */
  async list(
    input: Omit<ApplicationPage, 'awaitingSince'> & { awaitingOnly: boolean; caller: Caller },
  ): Promise<ApplicationView[]> {
    const { caller, marketCode, awaitingOnly, limit } = input;
    requireMarket(caller, marketCode);
    const { market } = await this.markets.find(marketCode);
    // Where reception counts, a late letter is refused at once: nothing awaits a decision.
    if (awaitingOnly && market.adhesionBasis === 'RECEIVED') return [];
    const rows = await this.applications.list({
      ...input,
      limit: limit + 1,
      ...(awaitingOnly ? { awaitingSince: market.calendar.adhesionDeadline } : {}),
    });
    return rows.map((row) => viewOf(row, market));
  }

  async unsigned(input: { marketCode: string; caller: Caller }) {
    requireMarket(input.caller, input.marketCode);
    await this.markets.find(input.marketCode);
    return this.applications.unsignedMembers(input.marketCode, await this.businessDate.today());
  }
}

function viewOf(row: Application, market: Market): ApplicationView {
  const { letter, organisation, documents, hasVerifiedAnnexe2, status, decisions } = row;
  const timeliness = timelinessOf(letter, market.calendar.adhesionDeadline, market.adhesionBasis);
  return {
    ...row,
    timeliness,
    missing: missingPieces(organisation.kind, documents, hasVerifiedAnnexe2),
    awaitsDecision:
      status === 'APPLIED' &&
      timeliness.verdict === 'COORDINATOR_DECIDES' &&
      decisions.length === 0,
  };
}
