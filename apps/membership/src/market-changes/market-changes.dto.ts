import { type AmendMarketRequest, type FixDateRequest, plain } from '#libs/contracts';
import type { LocalDate } from '#libs/time';
import { dayOf, type FixableDate } from '../contract/markets/markets.module.js';
import type { JudgedAmendment } from './amend-market.js';
import type { MarketView } from './market-views.pg.js';

// The contract's bounds hold by now: days are days, and which of them is one of two.
export const fromFixDate = (request: FixDateRequest) => ({
  ...plain(request),
  which: request.which as FixableDate,
  on: request.on as LocalDate,
});

export const fromAmendMarket = ({ number, signedOn, effectiveOn }: AmendMarketRequest) => ({
  number,
  signedOn: signedOn as LocalDate,
  effectiveOn: effectiveOn as LocalDate,
});

export function toSummaryMessage(view: MarketView) {
  const { market, version, inForce } = view;
  const { effectiveOn, endsOn } = market.calendar;
  return {
    code: market.code,
    title: market.title,
    effectiveOn: dayOf(effectiveOn),
    endsOn,
    effectiveOnIsFixed: effectiveOn.actual !== undefined,
    version,
    inForce,
  };
}

export function toShownMessage(view: MarketView) {
  const { market, version, sha256, inForce } = view;
  const { notificationOn, effectiveOn, endsOn } = market.calendar;
  return {
    code: market.code,
    title: market.title,
    version,
    sha256,
    inForce,
    notification: { planned: notificationOn.planned, actual: notificationOn.actual ?? '' },
    effective: { planned: effectiveOn.planned, actual: effectiveOn.actual ?? '' },
    endsOn,
    terms: JSON.stringify(market),
  };
}

export function toAmendmentMessage(amendment: JudgedAmendment & { readonly version?: number }) {
  const { by: recordedBy, on: recordedOn, ...rest } = amendment;
  return { ...rest, recordedBy, recordedOn };
}
