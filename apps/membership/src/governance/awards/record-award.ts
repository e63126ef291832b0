import { Injectable } from '@nestjs/common';
import type { RecordAwardRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import { rankOffers } from './domain/ranking.js';
import { award, type Award, requireUndecided } from './domain/tender.js';
import { Tenders } from './tenders.pg.js';

/** The market goes to an offer, once, with the ranking that it rests on (GOV-3, art. 7.3). */
@Injectable()
export class RecordAward {
  constructor(
    private readonly commands: Commands,
    private readonly tenders: Tenders,
  ) {}

  /** Throws TenderNotOpened, TenderAwarded, NoSuchOffer, AwardNeedsReason. */
  execute(input: Asked<RecordAwardRequest>): Promise<Award> {
    const { marketCode, offerId, reason, caller } = input;
    requireMarket(caller, marketCode);
    return this.commands.run(
      { operation: 'RecordAward', action: 'tender.awarded', subject: `tender:${marketCode}` },
      input,
      async (tx, today) => {
        const { method } = requireUndecided(await this.tenders.findForUpdate(tx, marketCode));
        const ranking = rankOffers(method, await this.tenders.offersOf(tx, marketCode));
        const decided = award(ranking, offerId, reason, today);
        await this.tenders.addAward(tx, marketCode, decided, caller.userId);
        return decided;
      },
    );
  }
}
