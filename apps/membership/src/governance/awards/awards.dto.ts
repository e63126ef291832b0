import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  plain,
  type AwardMethod as AwardMethodMessage,
  type AwardSchema,
  type ChangeOfferRequest,
  type OfferSchema,
  type RankedOfferSchema,
  type RecordOfferRequest,
  type TenderSchema,
} from '#libs/contracts';
import type { AwardMethod } from './domain/award-method.js';
import type { Offer } from './domain/offer.js';
import type { RankedOffer } from './domain/ranking.js';
import type { Award, Tender } from './domain/tender.js';

// The contract's bounds hold by now: there is a method, with formulas and figures that exist.
export const fromMethod = (method: AwardMethodMessage | undefined) => plain(method!) as AwardMethod;

export const fromOffer = ({
  bidder,
  siren,
  priceCents,
  marks,
}: RecordOfferRequest | ChangeOfferRequest) => ({
  bidder,
  siren,
  priceCents,
  marks: marks.map(({ criterion, hundredths = 0 }) => ({ criterion, hundredths })),
});

export function toTenderMessage(tender: Tender): MessageInitShape<typeof TenderSchema> {
  const { method, award, ...rest } = tender;
  return {
    ...rest,
    method: { ...method, criteria: [...method.criteria] },
    ...(award ? { award: toAwardMessage(award) } : {}),
  };
}

export const toAwardMessage = (award: Award): MessageInitShape<typeof AwardSchema> => ({
  ...award,
  ranking: award.ranking.map(toRankedMessage),
});

export const toOfferMessage = (offer: Offer): MessageInitShape<typeof OfferSchema> => ({
  ...offer,
  marks: [...offer.marks],
});

export const toRankedMessage = (
  ranked: RankedOffer,
): MessageInitShape<typeof RankedOfferSchema> => ({ ...ranked, criteria: [...ranked.criteria] });
