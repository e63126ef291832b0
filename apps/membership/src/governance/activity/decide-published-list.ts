import { Injectable } from '@nestjs/common';
import type { DecidePublishedListRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Markets } from '../../contract/markets/markets.module.js';
import { decide, type PublishedListDecision } from './domain/activity.js';
import { Activity } from './activity.pg.js';

/** The coordinator decides what list of members is published (GOV-1, SUP-3). */
@Injectable()
export class DecidePublishedList {
  constructor(
    private readonly commands: Commands,
    private readonly activity: Activity,
    private readonly markets: Markets,
  ) {}

  /** Throws PublicationInvalid. */
  execute(
    input: Asked<DecidePublishedListRequest, Pick<PublishedListDecision, 'content'>>,
  ): Promise<PublishedListDecision> {
    const { marketCode, content, reason, caller } = input;
    requireMarket(caller, marketCode);
    return this.commands.run(
      {
        operation: 'DecidePublishedList',
        action: 'published-list.decided',
        subject: `market:${marketCode}`,
      },
      input,
      async (tx, today) => {
        await this.markets.find(marketCode, tx);
        const decision = decide({ content, reason, decidedOn: today });
        await this.activity.addDecision(tx, marketCode, decision, caller.userId);
        return decision;
      },
    );
  }
}
