import { dayOf, type Market } from '../../contract/markets/markets.module.js';
import type { WithdrawalTerms } from './domain/withdrawal-window.js';

/** What a market's file says about withdrawal: nothing of it is in code (MKT-1). */
export function termsOf({ calendar }: Pick<Market, 'calendar'>): WithdrawalTerms {
  const { effectiveOn, endsOn, lockInMonths, noticeWindowMonths } = calendar;
  return { effectiveOn: dayOf(effectiveOn), endsOn, lockInMonths, noticeWindowMonths };
}
