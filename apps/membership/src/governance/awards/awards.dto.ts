import {
  plain,
  type AwardMethod as AwardMethodMessage,
  type ChangeOfferRequest,
  type RecordOfferRequest,
} from '#libs/contracts';
import type { AwardMethod } from './domain/award-method.js';

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
