import { Injectable } from '@nestjs/common';
import type { Award, Offer, RankedOffer, Score, Tender } from '#libs/contracts';
import { NotVisible, requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type { AwardBody, ChangedOfferBody, OfferBody, TenderBody } from './awards.dto.js';
import { toDocument } from './committees.mapping.js';
import type { MarketPageQuery, MarketQuery } from './governance.dto.js';

/** The tender and its award: membership scores (GOV-3), the console carries. */
@Injectable()
export class GroupTender {
  constructor(private readonly clients: Clients) {}

  async open(visitor: Visitor, body: TenderBody, idempotencyKey: string) {
    const { market, method, rulesDocumentId } = body;
    const asked = { idempotencyKey, marketCode: market, method, rulesDocumentId };
    return seen((await this.of(visitor).openTender(asked)).tender, toTender);
  }

  async show(visitor: Visitor, { market }: MarketQuery) {
    requireMarket(visitor, market);
    return seen((await this.of(visitor).getTender({ marketCode: market })).tender, toTender);
  }

  async offers(visitor: Visitor, { market, ...page }: MarketPageQuery) {
    requireMarket(visitor, market);
    const answer = await this.of(visitor).listOffers({ marketCode: market, page });
    return { offers: answer.offers.map(toOffer), nextCursor: answer.page?.nextCursor ?? '' };
  }

  async offer(visitor: Visitor, offerId: string) {
    const { offer } = await this.of(visitor).getOffer({ offerId });
    if (offer) requireMarket(visitor, offer.marketCode);
    return seen(offer, toOffer);
  }

  async record(visitor: Visitor, { market, ...offer }: OfferBody, idempotencyKey: string) {
    const asked = { idempotencyKey, marketCode: market, ...fromOffer(offer) };
    return seen((await this.of(visitor).recordOffer(asked)).offer, toOffer);
  }

  async change(visitor: Visitor, offerId: string, version: number, body: ChangedOfferBody) {
    const asked = { offerId, expectedVersion: version, ...fromOffer(body) };
    return seen((await this.of(visitor).changeOffer(asked)).offer, toOffer);
  }

  async ranking(visitor: Visitor, { market }: MarketQuery) {
    requireMarket(visitor, market);
    const { ranking } = await this.of(visitor).rankOffers({ marketCode: market });
    return { ranking: ranking.map(toRanked) };
  }

  async award(visitor: Visitor, { market, offerId, reason }: AwardBody, idempotencyKey: string) {
    const asked = { idempotencyKey, marketCode: market, offerId, reason };
    return seen((await this.of(visitor).recordAward(asked)).award, toAward);
  }

  private of(visitor: Visitor) {
    return this.clients.of(visitor).awards;
  }
}

function seen<Message, Answer>(message: Message | undefined, to: (one: Message) => Answer): Answer {
  if (message === undefined) throw new NotVisible();
  return to(message);
}

const fromOffer = ({ priceCents, ...offer }: ChangedOfferBody) => ({
  ...offer,
  priceCents: BigInt(priceCents),
});

const toOffer = (offer: Offer) => ({
  offerId: offer.offerId,
  bidder: offer.bidder,
  siren: offer.siren,
  priceCents: offer.priceCents.toString(),
  marks: offer.marks.map(({ criterion, hundredths }) => ({ criterion, hundredths })),
  version: offer.version,
});

const toTender = ({ marketCode, openedOn, method, rules, award }: Tender) => ({
  marketCode,
  openedOn,
  method: {
    priceWeight: method?.priceWeight ?? 0,
    qualityWeight: method?.qualityWeight ?? 0,
    priceFormula: method?.priceFormula ?? '',
    criteria: (method?.criteria ?? []).map(({ code, label, weight }) => ({ code, label, weight })),
    markMax: method?.markMax ?? 0,
    decimals: method?.decimals ?? 0,
    rankOn: method?.rankOn ?? '',
  },
  rules: toDocument(rules),
  award: award ? toAward(award) : null,
});

const toAward = (award: Award) => ({
  offerId: award.offerId,
  bidder: award.bidder,
  awardedOn: award.awardedOn,
  reason: award.reason,
  ranking: award.ranking.map(toRanked),
});

const toRanked = (ranked: RankedOffer) => ({
  rank: ranked.rank,
  tied: ranked.tied,
  offerId: ranked.offerId,
  bidder: ranked.bidder,
  price: toScore(ranked.price),
  quality: toScore(ranked.quality),
  total: toScore(ranked.total),
  criteria: ranked.criteria.map(({ criterion, score }) => ({ criterion, score: toScore(score) })),
});

const toScore = (score: Score | undefined) => ({
  numerator: score?.numerator ?? '',
  denominator: score?.denominator ?? '',
  rounded: score?.rounded ?? '',
});
