import { Injectable } from '@nestjs/common';
import { type Caller, requireInMarket, requireMarket } from '#libs/identity';
import { offersMax } from './domain/offer.js';
import { rankOffers } from './domain/ranking.js';
import { TenderNotOpened } from './domain/tender.js';
import { Tenders } from './tenders.pg.js';

/** The tender, its offers and their ranking: the coordinator's alone (GOV-3). */
@Injectable()
export class ViewTenders {
  constructor(private readonly tenders: Tenders) {}

  async tender({ marketCode, caller }: { marketCode: string; caller: Caller }) {
    requireMarket(caller, marketCode);
    const tender = await this.tenders.find(marketCode);
    if (!tender) {
      throw new TenderNotOpened('L’appel d’offres de ce marché n’est pas lancé.', { marketCode });
    }
    return tender;
  }

  async offer({ offerId, caller }: { offerId: string; caller: Caller }) {
    return requireInMarket(caller, await this.tenders.findOffer(offerId));
  }

  /** One row more than `limit` where there is one. */
  offers(input: { marketCode: string; after: string; limit: number; caller: Caller }) {
    requireMarket(input.caller, input.marketCode);
    return this.tenders.offers(input.marketCode, input.after, input.limit + 1);
  }

  /** Of today; after the award, the one that it rests on. */
  async ranking({ marketCode, caller }: { marketCode: string; caller: Caller }) {
    const { method, award } = await this.tender({ marketCode, caller });
    return award
      ? award.ranking
      : rankOffers(method, await this.tenders.offers(marketCode, '', offersMax));
  }
}
