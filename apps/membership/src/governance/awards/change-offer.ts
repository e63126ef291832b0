import { Injectable } from '@nestjs/common';
import type { ChangeOfferRequest } from '#libs/contracts';
import { type Asked, requireInMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import {
  changeOffer,
  fromAnswer,
  type Offer,
  type OfferContent,
  toAnswer,
} from './domain/offer.js';
import { Tenders } from './tenders.pg.js';
import { requireUndecided } from './domain/tender.js';

/** Marks and prices are corrected until the award (GOV-3). */
@Injectable()
export class ChangeOffer {
  constructor(
    private readonly commands: Commands,
    private readonly tenders: Tenders,
  ) {}

  /** Throws OfferStale, OfferInvalid, OfferKnown, TenderAwarded. */
  async execute(
    input: Asked<
      Pick<ChangeOfferRequest, 'offerId' | 'expectedVersion'>,
      { content: OfferContent }
    >,
  ): Promise<Offer> {
    const { caller } = input;
    const answer = await this.commands.run(
      { operation: 'ChangeOffer', action: 'offer.changed', subject: `offer:${input.offerId}` },
      input,
      async (tx) => {
        const known = requireInMarket(caller, await this.tenders.findOffer(input.offerId, tx));
        const tender = requireUndecided(await this.tenders.findForUpdate(tx, known.marketCode));
        // Read again behind the lock of the tender.
        const offer = (await this.tenders.findOffer(input.offerId, tx)) ?? known;
        const changed = changeOffer(offer, input.expectedVersion, input.content, tender.method);
        await this.tenders.saveOffer(tx, changed);
        return toAnswer(changed);
      },
    );
    return fromAnswer(answer);
  }
}
