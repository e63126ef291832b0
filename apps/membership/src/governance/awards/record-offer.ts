import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RecordOfferRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import {
  checkOffer,
  fromAnswer,
  type Offer,
  type OfferAnswer,
  type OfferContent,
  OfferInvalid,
  offersMax,
  toAnswer,
} from './domain/offer.js';
import { requireUndecided } from './domain/tender.js';
import { Tenders } from './tenders.pg.js';

/** An offer with its price and the marks of the analysis (GOV-3, art. 4.1). */
@Injectable()
export class RecordOffer {
  constructor(
    private readonly commands: Commands,
    private readonly tenders: Tenders,
  ) {}

  /** Throws TenderNotOpened, TenderAwarded, OfferInvalid, OfferKnown. */
  async execute(
    input: Asked<
      Pick<RecordOfferRequest, 'idempotencyKey' | 'marketCode'>,
      { content: OfferContent }
    >,
  ): Promise<Offer> {
    const { marketCode, content, caller } = input;
    requireMarket(caller, marketCode);
    const answer = await this.commands.run<OfferAnswer>(
      {
        operation: 'RecordOffer',
        action: 'offer.recorded',
        subject: ({ offerId }) => `offer:${offerId}`,
      },
      input,
      async (tx, today) => {
        const tender = requireUndecided(await this.tenders.findForUpdate(tx, marketCode));
        checkOffer(content, tender.method);
        if ((await this.tenders.offersOf(tx, marketCode)).length >= offersMax) {
          throw new OfferInvalid(`Un appel d’offres compte au plus ${offersMax} offres.`);
        }
        const offer: Offer = { ...content, offerId: randomUUID(), marketCode, version: 1 };
        await this.tenders.addOffer(tx, offer, today);
        return toAnswer(offer);
      },
    );
    return fromAnswer(answer);
  }
}
