import { addDays, isLocalDate } from '#libs/time';
import type { Dashboard } from '../../api-types.js';
import { date } from '../../words.js';

/** What the market and the service say of an order's lines. */
export type Terms = Pick<Dashboard, 'on' | 'decreaseNoticeDays' | 'orderLinesMax'>;

/** ORD-4: a decrease keeps the notice of its market. */
export const earliest = (more: boolean, { on, decreaseNoticeDays }: Terms) =>
  more || !isLocalDate(on) ? on : addDays(on, decreaseNoticeDays);

export const earliestInWords = (more: boolean, terms: Terms) =>
  more || terms.decreaseNoticeDays === 0
    ? 'Aujourd’hui ou plus tard.'
    : terms.decreaseNoticeDays === 1
      ? 'Demain au plus tôt.'
      : `Le ${date(earliest(false, terms))} au plus tôt : le marché demande ${terms.decreaseNoticeDays} jours de préavis.`;
